/** Reads what the store knows about served pages, to check events against it. */
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
    pinned: new Set(pinned.flatMap((id) => seqOfItem(id) ?? [])),
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
