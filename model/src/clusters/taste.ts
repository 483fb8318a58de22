/** The taste segments of a cycle, as the affinity signal: made, kept from cycle to cycle, and packed for the store. Pure. */
import type { Histories } from "../trainers/histories.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import type { ItemModel, SparseVector } from "../scoring/item-model.ts";
import { projectSources, sketch, TASTE_DIMENSIONS } from "./basis.ts";
import { nameSegments, type LabelsOf } from "./segment-names.ts";
import { createSegmenter, longestHistory, type SegmentTables } from "./segmenter.ts";
import { findSegments, segmentOf, type Segments } from "./segments.ts";

const D = TASTE_DIMENSIONS;

export type Taste = Segments & {
  /** items.seq by row of `directions` and `perSource`. */
  readonly itemSeqs: Uint32Array;
  /** B · P with the cycle's model: what one item of a history adds to the sketch. */
  readonly perSource: Float32Array;
  /** The affinity of each segment's users: `crime_12`. */
  readonly names: readonly string[];
};

export type TasteOptions = {
  /** At most as many as there may be pages. */
  readonly maxSegments: number;
  /** A segment of fewer could never be a cluster. */
  readonly minMembers: number;
  readonly draw: () => number;
  readonly labelsOf: LabelsOf;
};

/** Segments are found on at most this many users, and then hold for all: ten for each of a thousand segments. */
const SAMPLE_USERS = 10_000;
/** From this share of the plays on unknown items, the old segments no longer describe the audience. */
const MAX_UNKNOWN_SHARE = 0.1;

/**
 * The segments for this cycle. As long as they still fit, those of the last cycle stay as they are: cookies and pages
 * stay valid. Otherwise they are found anew, and inherit the names of those whose users they took over.
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
  if (old !== undefined && stillFits(old, histories, wanted)) return old;
  const users = sampled(tasters, SAMPLE_USERS);
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
    names: nameSegments(division, histories, users, options.labelsOf, before),
  };
}

/** What an audience without any history has. */
export const NO_SEGMENTS = {
  groupStarts: Uint32Array.of(0),
  vectors: new Float32Array(0),
  groupVectors: new Float32Array(0),
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

/** The same segments for today's model: new items have no place in the old coordinates, and say what the items do that they lead to. */
function aligned(previous: Taste, model: ItemModel): Taste {
  const rowOf = new Map(Array.from(previous.itemSeqs, (seq, row) => [seq, row]));
  const directions = new Float32Array(model.itemSeqs.length * D);
  model.itemSeqs.forEach((seq, row) => {
    const from = rowOf.get(seq);
    if (from !== undefined) directions.set(previous.directions.subarray(from * D, from * D + D), row * D);
  });
  return { ...previous, itemSeqs: model.itemSeqs, directions, perSource: projectSources(model, directions) };
}

/** Evenly spread over all. */
function sampled(users: Uint32Array, most: number): Uint32Array {
  if (users.length <= most) return users;
  return Uint32Array.from({ length: most }, (_, at) => users[Math.floor((at * users.length) / most)]!);
}

/** Segment of each of `users`; the first for one of whom nothing can be told. */
function assignAll(tables: SegmentTables, histories: Histories, users: Uint32Array): Uint32Array {
  const codes = new Uint32Array(users.length);
  createSegmenter(tables, longestHistory(histories)).write(histories, users, codes, 0);
  return codes.map((code) => Math.max(0, code - 1));
}

/** The same segments for a catalogue that has grown: its newest items say nothing of taste yet. Undefined where they are of another. */
export function withRows(taste: Taste, itemSeqs: Uint32Array): Taste | undefined {
  if (!taste.itemSeqs.every((seq, row) => itemSeqs[row] === seq)) return undefined;
  if (taste.itemSeqs.length === itemSeqs.length) return taste;
  const grown = (rows: Float32Array): Float32Array => {
    const more = new Float32Array(new SharedArrayBuffer(4 * itemSeqs.length * D));
    more.set(rows);
    return more;
  };
  return { ...taste, itemSeqs, directions: grown(taste.directions), perSource: grown(taste.perSource) };
}

/** The segment of the user with this history, or none where it tells nothing. Takes some 20 µs with 1,000 segments. */
export function affinityOf(taste: Taste, x: SparseVector): string {
  const own = new Float32Array(D);
  if (taste.names.length === 0 || !sketch(taste.perSource, x, 0, x.rows.length, own))
    return NO_SIGNALS.affinity;
  return taste.names[segmentOf(taste, own, 0)] ?? NO_SIGNALS.affinity;
}

const MAGIC = 0x53505431; // "SPT1"

/** Header of five u32 (magic, items, groups, segments, bytes of names), the names as JSON padded to four bytes, then the arrays. */
export function packTaste(taste: Taste): Buffer {
  const names = JSON.stringify(taste.names);
  const text = Buffer.from(
    names.padEnd(Math.ceil(Buffer.byteLength(names) / 4) * 4 - Buffer.byteLength(names) + names.length),
  );
  const groups = taste.groupStarts.length - 1;
  const header = Uint32Array.of(MAGIC, taste.itemSeqs.length, groups, taste.names.length, text.byteLength);
  const { itemSeqs, groupStarts, directions, perSource, vectors, groupVectors } = taste;
  const arrays = [header, text, itemSeqs, groupStarts, directions, perSource, vectors, groupVectors];
  return Buffer.concat(
    arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  );
}

/** Undefined when the bytes are no taste, or one that was cut short. */
export function unpackTaste(packed: Uint8Array): Taste | undefined {
  if (packed.byteLength < 20 || packed.byteLength % 4 !== 0) return undefined;
  // A copy of its own: SQLite's buffers need not be aligned.
  const { buffer } = new Uint8Array(packed);
  const [magic, items = 0, groups = 0, segments = 0, textBytes = 0] = new Uint32Array(buffer, 0, 5);
  const numbers = items + groups + 1 + 2 * items * D + segments * D + groups * D;
  if (magic !== MAGIC || packed.byteLength !== 20 + textBytes + 4 * numbers) return undefined;
  let at = 20 + textBytes;
  const next = <Kind extends Uint32Array | Float32Array>(
    kind: new (buffer: ArrayBuffer, from: number, length: number) => Kind,
    length: number,
  ): Kind => {
    const array = new kind(buffer, at, length);
    at += 4 * length;
    return array;
  };
  return {
    itemSeqs: next(Uint32Array, items),
    groupStarts: next(Uint32Array, groups + 1),
    directions: next(Float32Array, items * D),
    perSource: next(Float32Array, items * D),
    vectors: next(Float32Array, segments * D),
    groupVectors: next(Float32Array, groups * D),
    // Written by packTaste.
    names: JSON.parse(Buffer.from(buffer, 20, textBytes).toString()) as string[],
  };
}
