/** Reads what the store knows about served pages, to check events against it. */
import { isRestricted } from "@spillway/shared/protocol/restrictions.ts";
import { itemOfSeq } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { hasPage } from "@spillway/store/pages/pages.ts";
import { getPins } from "@spillway/store/operators/pins.ts";
import { shownPagesOf } from "@spillway/store/pages/shown-pages.ts";
import type { ServedFacts } from "./attribution.ts";

/** Use it while no page is built: a page that was found once is not read again. */
export function servedFacts(database: Database, seqOfItem: (id: string) => number | undefined): ServedFacts {
  const pinned = getPins(database).value.flatMap(({ items }) => items);
  return {
    newestGeneration: latestGenerations(database, 1)[0]?.generation ?? 0,
    pagesOf: remember((context, cluster) => {
      const pages = shownPagesOf(database, context, cluster);
      return pages.length > 0 ? pages : undefined;
    }, []),
    hasPage: remember((context, cluster) => hasPage(database, context, cluster) || undefined, false),
    mayBeWithheld: rememberAll((seq) => {
      const item = itemOfSeq(database, seq);
      return item === undefined || item.takenDown || isRestricted(item);
    }),
    pinned: new Set(pinned.flatMap((id) => seqOfItem(id) ?? [])),
  };
}

function rememberAll(find: (item: number) => boolean): (item: number) => boolean {
  const known = new Map<number, boolean>();
  return (item) => {
    let answer = known.get(item);
    if (answer === undefined) known.set(item, (answer = find(item)));
    return answer;
  };
}

/**
 * Remembers found answers only: clients can invent as many clusters as they like, which would fill the
 * memory.
 */
function remember<Answer>(
  find: (context: string, cluster: string) => Answer | undefined,
  nothing: Answer,
): (context: string, cluster: string) => Answer {
  const known = new Map<string, Answer>();
  return (context, cluster) => {
    const key = `${context} ${cluster}`;
    const answer = known.get(key) ?? find(context, cluster);
    if (answer === undefined) return nothing;
    known.set(key, answer);
    return answer;
  };
}
