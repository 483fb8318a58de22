/**
 * The sample by days, as a part of the operator store: folded tuples, in which nobody can be recognised any
 * more. What is not folded yet never comes here.
 */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";

export const SAMPLE_SOURCES = ["recorded", "imported"] as const;

export type SampleDay = {
  /** Days since 1970, in UTC. */
  readonly day: number;
  readonly source: (typeof SAMPLE_SOURCES)[number];
  readonly tuples: number;
  /** Requests that the tuples stand for. */
  readonly weight: number;
  /** Requests of tuples that are withheld, since fewer than ten visitors had their outcome. */
  readonly withheld: number;
  /** False for a day that is not over: its tuples are replaced as more arrive. */
  readonly complete: boolean;
  readonly storedMs: number;
};

export type SampleStore = {
  /** Ascending. */
  readonly days: () => Promise<readonly SampleDay[]>;
  /** Replaces what is stored of these days. All of them are stored, or none. */
  readonly put: (
    days: readonly { readonly about: SampleDay; readonly tuples: readonly DecisionTuple[] }[],
  ) => Promise<void>;
  /** From `fromMs` until before `untilMs`, in the order of their minutes. */
  readonly tuples: (fromMs: number, untilMs: number) => AsyncIterable<DecisionTuple>;
  /**
   * Drops recorded days before `day`, and imported ones that were stored before `storedMs`. Returns how many
   * days.
   */
  readonly drop: (day: number, storedMs: number) => Promise<number>;
};
