/** What the store knows of what was served, for checking events against it. */
import type { Database } from "../store/database.ts";
import { latestGenerations } from "../store/generations.ts";
import { hasPage } from "../store/pages.ts";
import { getPins } from "../store/pins.ts";
import { shownPagesOf } from "../store/shown-pages.ts";
import type { ServedFacts } from "./attribution.ts";

/** Of one moment: what was read once is not read again. */
export function servedFacts(database: Database, seqOfItem: (id: string) => number | undefined): ServedFacts {
  const pinned = getPins(database).value.flatMap(({ items }) => items);
  return {
    newestGeneration: latestGenerations(database, 1)[0]?.generation ?? 0,
    pagesOf: remember((context, cluster) => shownPagesOf(database, context, cluster)),
    hasPage: remember((context, cluster) => hasPage(database, context, cluster)),
    pinned: new Set(pinned.flatMap((id) => seqOfItem(id) ?? [])),
  };
}

function remember<Answer>(
  ask: (context: string, cluster: string) => Answer,
): (context: string, cluster: string) => Answer {
  const known = new Map<string, Answer>();
  return (context, cluster) => {
    const key = `${context} ${cluster}`;
    const answer = known.get(key) ?? ask(context, cluster);
    known.set(key, answer);
    return answer;
  };
}
