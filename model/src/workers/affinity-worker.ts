/** The part of the affinities that threads share: each user's taste segment. */
import type { Histories } from "../trainers/histories.ts";
import { createSegmenter, longestHistory, type SegmentTables } from "../clusters/segmenter.ts";

export type AffinityTask = {
  readonly taste: SegmentTables;
  readonly histories: Histories;
  /** Users. */
  readonly from: number;
  readonly to: number;
  /** Written: 1 + the segment, or 0 for a user of whom nothing can be told. */
  readonly codes: Uint32Array;
};

export function writeAffinities({ taste, histories, from, to, codes }: AffinityTask): void {
  const users = Uint32Array.from({ length: to - from }, (_, at) => from + at);
  createSegmenter(taste, longestHistory(histories)).write(histories, users, codes, from);
}
