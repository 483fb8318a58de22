/**
 * The candidates of a stored page: what it shows and what comes next, with the cluster's scores, in some
 * three bytes each. Pure.
 */
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { refused } from "./pack-sections.ts";

export type Candidates = {
  /** items.seq, ascending. */
  readonly seqs: Uint32Array;
  /** The cluster's scores, 0 or more, as a prior of individual scores. */
  readonly scores: Float32Array;
};

/** A page has at most so many, its own items and those that come next together. */
export const MAX_CANDIDATES = 1024;

const VERSION = 1;
/** Version u8, 0 u8, count u16, largest score f32. */
const HEAD_BYTES = 8;
const SCORE_BYTES = 2;
const LARGEST_LEVEL = 0xffff;
/** A number of 32 bits in groups of seven. */
const LONGEST_GAP_BYTES = 5;

/** Head, then the gaps between items.seq (LEB128), then the scores as shares of the largest, u16. */
export function packCandidates({ seqs, scores }: Candidates): Uint8Array<ArrayBuffer> {
  const count = seqs.length;
  if (count > MAX_CANDIDATES) throw new RangeError(`${count} candidates are more than ${MAX_CANDIDATES}`);
  const bytes = new Uint8Array(HEAD_BYTES + count * (LONGEST_GAP_BYTES + SCORE_BYTES));
  const view = new DataView(bytes.buffer);
  const largest = scores.reduce((most, score) => (Number.isFinite(score) ? Math.max(most, score) : most), 0);
  view.setUint8(0, VERSION);
  view.setUint16(2, count, true);
  view.setFloat32(4, largest, true);
  let at = HEAD_BYTES;
  let before = 0;
  for (const seq of seqs) {
    let gap = seq - before;
    before = seq;
    for (; gap > 0x7f; gap = Math.floor(gap / 0x80)) bytes[at++] = (gap & 0x7f) | 0x80;
    bytes[at++] = gap;
  }
  for (const score of scores) {
    const share = largest > 0 && score > 0 ? Math.min(1, score / largest) : 0;
    view.setUint16(at, Math.round(share * LARGEST_LEVEL), true);
    at += SCORE_BYTES;
  }
  return bytes.slice(0, at);
}

/** Never throws; its cost is bounded by {@link MAX_CANDIDATES}. */
export function readCandidates(bytes: Uint8Array): Checked<Candidates> {
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return refused("are of no known version");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(2, true);
  const largest = view.getFloat32(4, true);
  if (count > MAX_CANDIDATES) return refused(`must be at most ${MAX_CANDIDATES}`);
  if (!(largest >= 0 && largest < Infinity)) return refused("must have finite scores");
  const scoresFrom = bytes.length - SCORE_BYTES * count;
  const seqs = new Uint32Array(count);
  let at = HEAD_BYTES;
  let seq = 0;
  for (let place = 0; place < count; place += 1) {
    let gap = 0;
    let byte = 0x80;
    for (let power = 1; byte > 0x7f; power *= 0x80) {
      if (at >= scoresFrom || power > 2 ** 28) return refused("are cut off");
      byte = bytes[at++]!;
      gap += (byte & 0x7f) * power;
    }
    if (gap === 0 && place > 0) return refused("must ascend");
    seq += gap;
    if (seq > 0xffffffff) return refused("must be items.seq");
    seqs[place] = seq;
  }
  if (at !== scoresFrom) return refused("have bytes that belong to none");
  const scores = Float32Array.from(
    seqs,
    (_, place) => (view.getUint16(at + SCORE_BYTES * place, true) / LARGEST_LEVEL) * largest,
  );
  return { ok: true, value: { seqs, scores } };
}
