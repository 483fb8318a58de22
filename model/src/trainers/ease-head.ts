/**
 * EASE on as many of the most played titles as fit, and neighbours for the rest, which few histories hold:
 * each rare title is regressed on the frequent ones that are most like it, and adds what those have not said.
 */
import { modelFromColumns, type ModelColumn } from "../scoring/item-model.ts";
import { ranges } from "../workers/ranges.ts";
import { toShared } from "../workers/shared-memory.ts";
import type { TaskPool } from "../workers/task-pool.ts";
import { playCounts, RIDGE_SHARE } from "./fit-kept.ts";
import { playedBy, type Played, type Plays } from "./gram.ts";
import type { TailRows } from "./head-tasks.ts";
import type { PairCounts } from "./pair-tasks.ts";
import type { OnPhase } from "./training-progress.ts";

/** Sources of a rare title; more of them cost packs room, and say little. */
const TAIL_COLUMN_WEIGHTS = 60;
const TAIL_ROW_WEIGHTS = 100;
const TAIL_SHRINKAGE = 20;
const PARTS_PER_THREAD = 16;

export type HeadSplit = {
  /** Rows of the catalogue, ascending. */
  readonly head: Uint32Array;
  readonly tail: Uint32Array;
};

/** The `size` most played titles, and the others; of equals the one that was in the catalogue first. */
export function splitHead({ players: { starts } }: Played, size: number): HeadSplit {
  const items = starts.length - 1;
  const order = Array.from({ length: items }, (_, item) => item).toSorted(
    (a, b) => starts[b + 1]! - starts[b]! - (starts[a + 1]! - starts[a]!) || a - b,
  );
  return {
    head: toShared(Uint32Array.from(order.slice(0, size)).toSorted()),
    tail: toShared(Uint32Array.from(order.slice(size)).toSorted()),
  };
}

/** The plays of frequent titles alone, by their place in `head`. */
export function playsOfHead({ starts, playEnds, rows }: Plays, items: number, head: Uint32Array): Plays {
  const placeOf = new Int32Array(items).fill(-1);
  head.forEach((item, place) => (placeOf[item] = place));
  const users = playEnds.length;
  const own = new Uint32Array(users + 1);
  const places: Uint32Array = new Uint32Array(rows.length);
  let to = 0;
  for (let user = 0; user < users; user += 1) {
    for (let at = starts[user]!; at < playEnds[user]!; at += 1) {
      const place = placeOf[rows[at]!]!;
      if (place >= 0) places[to++] = place;
    }
    own[user + 1] = to;
  }
  return { starts: own, playEnds: own.subarray(1), rows: places };
}

export type TailOptions = {
  readonly regularization: number;
  readonly pool: TaskPool;
  readonly signal?: AbortSignal | undefined;
  readonly onPhase?: OnPhase | undefined;
};

/** `columns`: of the frequent titles, sources and targets by their place in `head`. Gives all, by row. */
export async function addTail(
  played: Played,
  { head, tail }: HeadSplit,
  columns: readonly ModelColumn[],
  counts: PairCounts,
  { regularization, pool, signal, onPhase }: TailOptions,
): Promise<ModelColumn[]> {
  const items = head.length + tail.length;
  const { players, histories } = played;
  const ridge = { regularization, share: RIDGE_SHARE };
  const all = playCounts(players);
  const plays = toShared(head.map((item) => all[item]!));
  const parts = ranges(tail.length, PARTS_PER_THREAD * pool.threads);
  signal?.throwIfAborted();
  const into = await Promise.all(
    parts.map(async (range, at) => {
      const own = await pool.run("intoTail", {
        players,
        histories,
        tail,
        head,
        counts,
        plays,
        ridge,
        perColumn: Math.min(TAIL_COLUMN_WEIGHTS, head.length),
        shrinkage: TAIL_SHRINKAGE,
        ...range,
      });
      onPhase?.("tail", at + 1, 2 * parts.length);
      return own;
    }),
  );
  const joined: ModelColumn[] = Array.from({ length: items });
  columns.forEach(({ sources, weights }, place) => {
    joined[head[place]!] = { sources: sources.map((source) => head[source]!), weights };
  });
  into.flat().forEach((column, at) => (joined[tail[at]!] = column));
  const { rowStarts, columns: targets, weights } = modelFromColumns(new Uint32Array(items), joined);
  const model = { starts: toShared(rowStarts), targets: toShared(targets), weights: toShared(weights) };
  signal?.throwIfAborted();
  const out = await Promise.all(
    parts.map(async (range, at) => {
      const part = { players, histories, tail, model, ridge, perRow: TAIL_ROW_WEIGHTS, ...range };
      const own = await pool.run("outOfTail", part);
      onPhase?.("tail", parts.length + at + 1, 2 * parts.length);
      return own;
    }),
  );
  return withSources(joined, tail, out.flat());
}

/** Adds the rare titles' own weights to the columns that they go into, the strongest first. */
function withSources(
  columns: readonly ModelColumn[],
  tail: Uint32Array,
  rows: readonly TailRows[],
): ModelColumn[] {
  const added = columns.map((): { source: number; weight: number }[] => []);
  rows.forEach(({ targets, weights }, at) => {
    targets.forEach((target, k) => added[target]!.push({ source: tail[at]!, weight: weights[k]! }));
  });
  return columns.map(({ sources, weights }, target) => {
    const every = [
      ...Array.from(sources, (source, at) => ({ source, weight: weights[at]! })),
      ...added[target]!,
    ].toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.source - b.source);
    return {
      sources: Uint32Array.from(every, ({ source }) => source),
      weights: Float32Array.from(every, ({ weight }) => weight),
    };
  });
}

/** EASE's own part is handed in, so that this file knows nothing of how it is solved. */
export async function trainWithHead(
  plays: Plays,
  items: number,
  size: number,
  solveHead: (plays: Plays) => Promise<{ columns: readonly ModelColumn[]; counts: PairCounts }>,
  options: TailOptions,
): Promise<ModelColumn[]> {
  const played = playedBy(plays, items);
  const split = splitHead(played, size);
  const { columns, counts } = await solveHead(playsOfHead(plays, items, split.head));
  return addTail(played, split, columns, counts, options);
}
