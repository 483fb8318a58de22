/** Counts the pages that this isolate served, by rung and reason: one place of an array each. */
import {
  SERVED_AS,
  SERVED_REASONS,
  type ServedAs,
  type ServedReason,
} from "@spillway/shared/protocol/served.ts";

/** Of pairs of a rung and a reason. */
export const SERVED_KINDS = SERVED_AS.length * SERVED_REASONS.length;

const AS_AT = positions(SERVED_AS);
const REASON_AT = positions(SERVED_REASONS);

function positions<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name, at) => [name, at])) as Record<Name, number>;
}

/** The pair's number, below {@link SERVED_KINDS}. */
export function servedKind(as: ServedAs, reason: ServedReason): number {
  return AS_AT[as] * SERVED_REASONS.length + REASON_AT[reason];
}

export type ServedCounts = {
  readonly add: (as: ServedAs, reason: ServedReason) => void;
  /** Those that have been served at all. */
  readonly counts: () => (readonly [labels: readonly [ServedAs, ServedReason], count: number])[];
  readonly byRung: () => Readonly<Partial<Record<ServedAs, number>>>;
};

export function createServedCounts(): ServedCounts {
  const places = new Float64Array(SERVED_KINDS);
  const counts: ServedCounts["counts"] = () =>
    SERVED_AS.flatMap((as) =>
      SERVED_REASONS.map((reason) => [[as, reason], places[servedKind(as, reason)] as number] as const),
    ).filter(([, count]) => count > 0);
  return {
    add: (as, reason) => {
      (places[servedKind(as, reason)] as number) += 1;
    },
    counts,
    byRung: () => {
      const pages: Partial<Record<ServedAs, number>> = {};
      for (const [[as], count] of counts()) pages[as] = (pages[as] ?? 0) + count;
      return pages;
    },
  };
}
