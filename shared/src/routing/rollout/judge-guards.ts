/**
 * Judges guards by the evidence of a stage: each holds, is breached, or is undecided, at every moment at
 * once. Pure.
 *
 * Arms are compared over the same time, so that what befalls both, such as a spike, says nothing against the
 * candidate.
 */
import { sequentialDeviations } from "./confidence-sequence.ts";
import { CUTS, EVENT_COLUMN, SERVED_COLUMN, type Evidence } from "./evidence.ts";
import { P99_SHARE, type Guard } from "./guards.ts";
import type { Arm } from "./rollout.ts";
import type { Ratio, UserSums } from "./user-sums.ts";

/**
 * How often a guard may be wrong in a stage, however often it is looked at. A rollout has some four guards
 * and four stages: it is aborted for nothing in less than 2 % of cases, also where its limit were 0.
 */
export const GUARD_LEVEL = 0.001;
/** With fewer users in an arm nothing is decided. */
const MIN_USERS = 5;
/** Plays are rare, and a user may have many: the interval is true with more of both. */
const MIN_PLAYING_USERS = 30;
const MIN_PLAYS = 30;

export type GuardState = "holds" | "breached" | "undecided";

export type Judged = {
  readonly guard: Guard;
  readonly state: GuardState;
  /**
   * The candidate's figure less the current version's, with the interval that holds at any time; for
   * `plays per impression` the one divided by the other. Undefined where an arm has shown too little.
   */
  readonly estimate: { readonly value: number; readonly from: number; readonly to: number } | undefined;
  /** The arms' own figures; undefined where nothing was seen. */
  readonly figures: Readonly<Record<Arm, number | undefined>>;
  readonly users: Readonly<Record<Arm, number>>;
};

export function judge(guard: Guard, evidence: Evidence): Judged {
  switch (guard.name) {
    case "generic share":
      return judgeShare(guard, evidence.served, SERVED_COLUMN.generic, guard.limit);
    case "origin errors":
      return judgeShare(guard, evidence.served, SERVED_COLUMN.failed, guard.limit);
    case "p99":
      return judgeShare(guard, evidence.served, SERVED_COLUMN.slow, P99_SHARE);
    case "served worse than before":
      return judgeWorse(guard, evidence.served);
    case "plays per impression":
      return judgePlays(guard, evidence.events);
  }
}

type Sums = Readonly<Record<Arm, UserSums>>;

function judgeShare(guard: Guard, sums: Sums, column: number, limit: number): Judged {
  const estimate = differenceOf(sums, column, GUARD_LEVEL);
  const figures = { current: shareOf(sums.current, column), candidate: shareOf(sums.candidate, column) };
  return judged(guard, sums, figures, estimate, (one) => stateBelow(one, limit));
}

/**
 * Who is served worse: the least part of the requests that must have gone down the ladder for one arm's mix
 * of rungs to become the other's. That is the largest difference, over all cuts through the ladder, of the
 * shares below it. The level is divided by the cuts.
 */
function judgeWorse(guard: Guard, sums: Sums): Judged {
  const columns = Array.from({ length: CUTS }, (_, cut) => SERVED_COLUMN.below + cut);
  const differences = columns.flatMap((column) => differenceOf(sums, column, GUARD_LEVEL / CUTS) ?? []);
  const largest = (of: (one: Estimate) => number): number => Math.max(0, ...differences.map(of));
  const estimate =
    differences.length === 0
      ? undefined
      : {
          value: largest(({ value }) => value),
          from: largest(({ from }) => from),
          to: largest(({ to }) => to),
        };
  const worse = columns.reduce(
    (most, column) =>
      Math.max(most, (shareOf(sums.candidate, column) ?? 0) - (shareOf(sums.current, column) ?? 0)),
    0,
  );
  const isSeen = sums.candidate.users > 0 && sums.current.users > 0;
  const figures = { current: undefined, candidate: isSeen ? worse : undefined };
  return judged(guard, sums, figures, estimate, (one) => stateBelow(one, guard.limit));
}

/** Whether candidate − limit · current is below or above 0. */
function judgePlays(guard: Guard, sums: Sums): Judged {
  const ratios = bothRatios(sums, EVENT_COLUMN.plays, false, MIN_PLAYING_USERS);
  const figures = {
    current: shareOf(sums.current, EVENT_COLUMN.plays),
    candidate: shareOf(sums.candidate, EVENT_COLUMN.plays),
  };
  const plays = Math.min(sums.current.sum(EVENT_COLUMN.plays), sums.candidate.sum(EVENT_COLUMN.plays));
  if (ratios === undefined || plays < MIN_PLAYS) {
    return judged(guard, sums, figures, undefined, () => "undecided");
  }
  const { current, candidate } = ratios;
  const deviations = deviationsOf(ratios, GUARD_LEVEL);
  // The delta method for the quotient, at its own value; its bounds compare with the limit as the difference
  // does.
  const value = candidate.value / current.value;
  const spread =
    (deviations * Math.sqrt(candidate.variance + value * value * current.variance)) / current.value;
  const estimate = { value, from: Math.max(0, value - spread), to: value + spread };
  return judged(guard, sums, figures, estimate, ({ from, to }) => {
    if (to < guard.limit) return "breached";
    return from > guard.limit ? "holds" : "undecided";
  });
}

type Estimate = NonNullable<Judged["estimate"]>;

function judged(
  guard: Guard,
  sums: Sums,
  figures: Judged["figures"],
  estimate: Estimate | undefined,
  stateOf: (estimate: Estimate) => GuardState,
): Judged {
  const users = { current: sums.current.users, candidate: sums.candidate.users };
  return {
    guard,
    state: estimate === undefined ? "undecided" : stateOf(estimate),
    estimate,
    figures,
    users,
  };
}

function stateBelow({ from, to }: Estimate, limit: number): GuardState {
  if (from > limit) return "breached";
  return to < limit ? "holds" : "undecided";
}

function differenceOf(sums: Sums, column: number, level: number): Estimate | undefined {
  const ratios = bothRatios(sums, column, true, MIN_USERS);
  if (ratios === undefined) return undefined;
  const { current, candidate } = ratios;
  const value = candidate.value - current.value;
  const spread = deviationsOf(ratios, level) * Math.sqrt(candidate.variance + current.variance);
  return { value, from: Math.max(-1, value - spread), to: Math.min(1, value + spread) };
}

function bothRatios(
  { current, candidate }: Sums,
  column: number,
  careful: boolean,
  minUsers: number,
): Readonly<Record<Arm, Ratio>> | undefined {
  if (Math.min(current.users, candidate.users) < minUsers) return undefined;
  const [ofCurrent, ofCandidate] = [current.ratio(column, careful), candidate.ratio(column, careful)];
  if (ofCurrent === undefined || ofCandidate === undefined) return undefined;
  return { current: ofCurrent, candidate: ofCandidate };
}

function deviationsOf({ current, candidate }: Readonly<Record<Arm, Ratio>>, level: number): number {
  return sequentialDeviations(Math.min(current.users, candidate.users), level);
}

function shareOf(sums: UserSums, column: number): number | undefined {
  const base = sums.sum(0);
  return base === 0 ? undefined : sums.sum(column) / base;
}
