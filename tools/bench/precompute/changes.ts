/** What changes between cycles: an item, or some of the histories and the time. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import type { CycleBench } from "./cycle-bench.ts";
import { DAY_S, type Change, type Steady } from "./measurement.ts";
import { seededAs, userId } from "./seed-store.ts";
import type { SyntheticAudience } from "./synthetic-audience.ts";

/** The share of histories that change in a day. */
const STEADY_SHARE = 0.01;

/**
 * Changes one of the items that pages show, and refreshes at once. `rank`: 0 for the most played of them, 0.5
 * for the median.
 */
export async function changeItem(
  bench: CycleBench,
  {
    what,
    rank,
    change,
  }: { readonly what: string; readonly rank: number; readonly change: (item: Item) => Item },
): Promise<Change> {
  const { plays } = bench.refreshState().learned;
  const shownIds = new Set(
    [...bench.kv.pairs.values()].flatMap(({ value }) =>
      Array.from(value.matchAll(/"id":"([^"]+)","title":"[^"]*","kind"/g), ([, id]) => id),
    ),
  );
  const byPlays = allItems(bench.database)
    .map((row, at) => ({ ...row, plays: plays[at] ?? 0 }))
    .filter(({ item }) => shownIds.has(item.id))
    .toSorted((a, b) => b.plays - a.plays);
  const shown = byPlays[Math.floor(rank * byPlays.length)];
  if (shown === undefined) throw new Error("no page shows any item");
  const changed = change(shown.item);
  upsertItems(bench.database, [changed], "api", bench.clockMs);
  const { wallS, pagesWritten, packsWritten } = await bench.run(`${what} of ${shown.item.id}`, {
    pagesOnly: true,
  });
  const stale = [...bench.kv.pairs.values()].filter(({ value }) =>
    changed.takenDown ? value.includes(`"id":"${changed.id}"`) : value.includes(`"${shown.item.title}"`),
  );
  if (stale.length > 0)
    throw new Error(`${stale.length} pages still show ${changed.id} as it was before its ${what}`);
  return { seconds: wallS, pagesWritten, packsWritten };
}

/**
 * Users who would move within `movedForS` play something new; then the clock moves on and a full cycle runs.
 */
export async function steady(
  bench: CycleBench,
  { audience, users }: { readonly audience: SyntheticAudience; readonly users: number },
  { movedForS, clockForwardS }: { readonly movedForS: number; readonly clockForwardS: number },
): Promise<Steady> {
  const moved = moveUsers(bench, { audience, users }, movedForS);
  bench.clockMs += clockForwardS * 1000;
  const { wallS, seconds, pagesWritten, packsWritten, pagesKept } = await bench.run(
    `${moved} users moved, the clock ${clockForwardS} s on`,
  );
  const pages = bench.refreshState().learned.clusters.length * PAGE_CONTEXTS.length;
  return {
    seconds: wallS - seconds.train,
    pagesWritten,
    packsWritten,
    movedUsers: moved,
    clockForwardS,
    pagesShare: pagesWritten / pages,
    pagesKept,
  };
}

/** Returns how many. */
export function moveUsers(
  bench: CycleBench,
  { audience, users }: { readonly audience: SyntheticAudience; readonly users: number },
  movedForS: number,
): number {
  const movedUsers = Math.max(1, Math.round((users * STEADY_SHARE * movedForS) / DAY_S));
  const step = Math.floor(users / movedUsers);
  const played = Array.from({ length: movedUsers }, (_, at) => {
    const user = at * step;
    const row = audience.nextPlay(seededAs(user, users));
    return row === undefined
      ? []
      : [
          {
            id: `${movedForS}-${user}`,
            type: "complete" as const,
            item: row.item.id,
            user: userId(user),
            timeMs: bench.clockMs,
          },
        ];
  }).flat();
  insertEvents(bench.database, played, bench.clockMs);
  return played.length;
}
