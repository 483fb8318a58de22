/**
 * The taste segments of a cycle, which are the values of the affinity signal: found anew or carried over, and
 * packed for the store. Pure.
 */
import { countPlays, type Histories } from "../profile/histories.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import type { ItemModel } from "../scoring/item-model.ts";
import type { SparseVector } from "../profile/history-vector.ts";
import { withOwnWeights } from "../scoring/own-weights.ts";
import { projectSources, sketch, TASTE_DIMENSIONS } from "./taste-basis.ts";
import { nameSegments, type LabelsOf } from "./segment-names.ts";
import type { SegmentTables } from "./segment-search.ts";
import { createSegmenter, longestHistory } from "./segmenter.ts";
import { findSegments } from "./find-segments.ts";
import { createPageChoice, pageRowsOf, SEGMENTS_COMPARED } from "./page-choice.ts";
import { nearestSegments, type Segments } from "./taste-segments.ts";
import { sharedArray } from "../workers/shared-memory.ts";

const D = TASTE_DIMENSIONS;

export type Taste = Segments & {
  /** What each segment's page begins with (page-choice.ts); empty where an older version has stored it. */
  readonly pageRows: Uint32Array;
  /** items.seq by row of `directions` and `perSource`. */
  readonly itemSeqs: Uint32Array;
  /** B · P with the cycle's model: what each item of a history adds to the sketch. */
  readonly perSource: Float32Array;
  /** Each segment's name, which is the affinity of its users: `crime_12`. */
  readonly names: readonly string[];
};

export type TasteOptions = {
  /** There are at most as many segments as there may be pages. */
  readonly maxSegments: number;
  /** A segment of fewer users could never be a cluster. */
  readonly minMembers: number;
  readonly draw: () => number;
  readonly labelsOf: LabelsOf;
};

/**
 * Segments are found on at most so many users, ten for each of a thousand segments, and then hold for all
 * users.
 */
const SAMPLE_USERS = 10_000;
/**
 * Where more than this share of the plays are of unknown items, the old segments no longer describe the
 * audience.
 */
const MAX_UNKNOWN_SHARE = 0.1;

/**
 * The segments for this cycle. Those of the last cycle stay as long as they fit, so that cookies and pages
 * stay valid. Otherwise they are found anew, and a new segment inherits the name of the one most of whose
 * users it took over.
 */
export function tasteFor(
  model: ItemModel,
  histories: Histories,
  options: TasteOptions,
  previous: Taste | undefined,
): Taste {
  const { itemSeqs } = model;
  const { starts } = histories;
  const everybody = Uint32Array.from({ length: starts.length - 1 }, (_, user) => user);
  const tasters = everybody.filter((user) => starts[user]! < starts[user + 1]!);
  const wanted = Math.max(
    1,
    Math.min(options.maxSegments, Math.floor(tasters.length / (2 * options.minMembers))),
  );
  const old = previous === undefined ? undefined : aligned(previous, model);
  const users = sampled(tasters, SAMPLE_USERS);
  const shared = {
    pageModel: withOwnWeights(model, countPlays(histories, itemSeqs.length)),
    histories,
    users,
  };
  if (old !== undefined && stillFits(old, histories, wanted)) {
    return {
      ...old,
      pageRows: pageRowsOf({ ...shared, ...old, assigned: assignAll(old, histories, users) }),
    };
  }
  if (users.length === 0)
    return {
      ...NO_SEGMENTS,
      itemSeqs,
      perSource: new Float32Array(itemSeqs.length * D),
      directions: new Float32Array(itemSeqs.length * D),
    };
  const segments = findSegments(model, histories, users, wanted, options.minMembers, options.draw);
  const perSource = projectSources(model, segments.directions);
  const division = { ...segments, assigned: assignAll({ ...segments, perSource }, histories, users) };
  const before =
    old === undefined || old.names.length === 0
      ? undefined
      : { ...old, assigned: assignAll(old, histories, users) };
  return {
    ...segments,
    itemSeqs,
    perSource,
    pageRows: pageRowsOf({ ...shared, ...division }),
    names: nameSegments(division, histories, users, options.labelsOf, before),
  };
}

/** The segments of an audience without any history: none. */
export const NO_SEGMENTS = {
  groupStarts: Uint32Array.of(0),
  vectors: new Float32Array(0),
  groupVectors: new Float32Array(0),
  pageRows: new Uint32Array(0),
  names: [],
};

function stillFits(old: Taste, { rows, values }: Histories, wanted: number): boolean {
  const count = old.names.length;
  if (count === 0 || count > 2 * wanted || wanted > 2 * count) return false;
  const known = old.itemSeqs.map((_, row) =>
    old.directions.subarray(row * D, row * D + D).some((value) => value !== 0) ? 1 : 0,
  );
  let all = 0;
  let unknown = 0;
  rows.forEach((row, at) => {
    all += values[at]!;
    if (known[row] === 0) unknown += values[at]!;
  });
  return unknown <= MAX_UNKNOWN_SHARE * all;
}

/**
 * The same segments for today's model. A new item has no place in the old coordinates; in a history it counts
 * by the known items that it leads to.
 */
function aligned(previous: Taste, model: ItemModel): Taste {
  const rowOf = new Map(Array.from(previous.itemSeqs, (seq, row) => [seq, row]));
  const directions = new Float32Array(model.itemSeqs.length * D);
  model.itemSeqs.forEach((seq, row) => {
    const from = rowOf.get(seq);
    if (from !== undefined) directions.set(previous.directions.subarray(from * D, from * D + D), row * D);
  });
  return { ...previous, itemSeqs: model.itemSeqs, directions, perSource: projectSources(model, directions) };
}

/** At most `most` users, evenly spread over all. */
function sampled(users: Uint32Array, most: number): Uint32Array {
  if (users.length <= most) return users;
  return Uint32Array.from({ length: most }, (_, at) => users[Math.floor((at * users.length) / most)]!);
}

/** The segment of each of `users`; the first segment for a user without a sketch. */
function assignAll(tables: SegmentTables, histories: Histories, users: Uint32Array): Uint32Array {
  const codes = new Uint32Array(users.length);
  createSegmenter(tables, longestHistory(histories)).write(histories, users, codes, 0);
  return codes.map((code) => Math.max(0, code - 1));
}

/**
 * The same segments for a catalogue that has grown at its end: the newest items say nothing of taste yet.
 * Undefined where the catalogue is another.
 */
export function withRows(taste: Taste, itemSeqs: Uint32Array): Taste | undefined {
  if (!taste.itemSeqs.every((seq, row) => itemSeqs[row] === seq)) return undefined;
  if (taste.itemSeqs.length === itemSeqs.length) return taste;
  const grown = (rows: Float32Array): Float32Array => {
    const more = sharedArray(Float32Array, itemSeqs.length * D);
    more.set(rows);
    return more;
  };
  return { ...taste, itemSeqs, directions: grown(taste.directions), perSource: grown(taste.perSource) };
}

/**
 * The affinity of the viewer with this history vector, which is the segment that they would choose
 * (page-choice.ts); none where the model knows no item of it.
 */
export function affinityOf(taste: Taste, x: SparseVector): string {
  const own = new Float32Array(D);
  if (taste.names.length === 0 || !sketch(taste.perSource, x, 0, x.rows.length, own))
    return NO_SIGNALS.affinity;
  const nearest = nearestSegments(taste, own, SEGMENTS_COMPARED);
  return taste.names[createPageChoice(taste)(nearest, x, own)] ?? NO_SIGNALS.affinity;
}
