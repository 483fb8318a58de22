/**
 * Weighs the habits of all actors, and returns the suspects and the part of the rise that they do not
 * explain.
 */
import { weigh, scoreOf, SUSPECT_BITS, withoutCrowd, type Evidence, type EvidenceKind } from "./evidence.ts";
import { dayOfNight, habitOf, hourOfSlot, isBare, nightShape, type Habit } from "./habits.ts";
import { findAmbiguity } from "./newcomers.ts";
import { findOnset, type Onset } from "./onset.ts";
import type { Rollup } from "./rollup.ts";

export type Verdict = {
  readonly habit: Habit;
  readonly evidence: readonly Evidence[];
  readonly score: number;
};

export type Verdicts = {
  readonly onset: Onset;
  /** The suspects, in the order in which they were first seen. */
  readonly suspects: readonly Verdict[];
  /** 1 for each actor that is a suspect. */
  readonly isSuspect: Uint8Array;
  /** Returns undefined for an actor without a night since the step. */
  readonly verdictOf: (actor: number) => Verdict | undefined;
  /**
   * Ids with a scraper's habits that were there before the step, or all the time: kiosks, or scrapers older
   * than the log.
   */
  readonly steadyIds: number;
  /** Those who have a scraper's habits and came with the step, and whom new screens could be as well. */
  readonly undecided: readonly Verdict[];
  /** Visits since the step in hours and numbers of reads that rose fivefold, without those of suspects. */
  readonly unexplained: { readonly visits: number; readonly ids: number };
};

const CROWD_EVIDENCE: ReadonlySet<EvidenceKind> = new Set([
  "kiosks-do-so-too",
  "came-with-the-step",
  "unusual-hour",
  "older-than-the-step",
  "listed-before",
  "new-screens-do-so-too",
]);
/** Four of five such visits came with the step. */
const FIVEFOLD_BITS = Math.log2(4);

/** `previous` holds the users on the last list; `isPartial` is by day. */
export function findSuspects(rollup: Rollup, previous: readonly string[], isPartial: Uint8Array): Verdicts {
  const { actors, tally } = rollup;
  const onset = findOnset(rollup, isPartial);
  const columns = actors.columns();
  const idsOnNetwork = countIds(rollup);
  const known = actors.actors();
  const listed = new Set(
    previous.map((user) => rollup.sink.users.ofText(user)).filter((actor) => actor < known),
  );
  const bitsOf = (at: number, own: number): number => {
    const { first } = nightShape(columns, at);
    return onset.bitsOf(hourOfSlot(first), columns.reads[at]!, own);
  };
  const weighed = (actor: number): Verdict | undefined => {
    const habit = habitOf(columns, actor, actors.latest(actor), onset);
    if (habit === undefined) return undefined;
    const bare = habit.countedNights.filter((at) => isBare(columns, at));
    const onsetBits = bare.reduce((sum, at) => sum + bitsOf(at, bare.length), 0) / Math.max(1, bare.length);
    const evidence = weigh(habit, {
      hasPosts: tally.posts > 0,
      onsetBits,
      reference: onset.reference,
      isListed: listed.has(actor),
      idsOnNetwork: idsOnNetwork[habit.network] ?? 0,
    });
    return { habit, evidence, score: scoreOf(evidence) };
  };
  const candidates: Verdict[] = [];
  let steadyIds = 0;
  for (let actor = 0; actor < known; actor += 1) {
    const verdict = weighed(actor);
    if (verdict === undefined) continue;
    if (verdict.score >= SUSPECT_BITS) candidates.push(verdict);
    else if (habitScore(verdict) >= SUSPECT_BITS) steadyIds += 1;
  }
  const habits = candidates.map(({ habit }) => habit);
  const isAmbiguous = findAmbiguity(rollup, onset, habits);
  const decided = (verdict: Verdict): Verdict => {
    if (verdict.score < SUSPECT_BITS || !isAmbiguous(verdict.habit, listed.has(verdict.habit.actor)))
      return verdict;
    const evidence = withoutCrowd(verdict.evidence);
    return { ...verdict, evidence, score: scoreOf(evidence) };
  };
  const suspects: Verdict[] = [];
  const undecided: Verdict[] = [];
  const isSuspect = new Uint8Array(known);
  for (const verdict of candidates.map(decided)) {
    if (verdict.score < SUSPECT_BITS) undecided.push(verdict);
    else {
      suspects.push(verdict);
      isSuspect[verdict.habit.actor] = 1;
    }
  }
  const verdictOf = (actor: number): Verdict | undefined => {
    const verdict = weighed(actor);
    return verdict && decided(verdict);
  };
  return {
    onset,
    suspects,
    undecided,
    steadyIds,
    isSuspect,
    verdictOf,
    unexplained: unexplained(rollup, onset, isSuspect, bitsOf),
  };
}

/** The score without evidence from the crowd. */
function habitScore({ evidence }: Verdict): number {
  return scoreOf(evidence.filter(({ kind }) => !CROWD_EVIDENCE.has(kind)));
}

/** For each network, the number of ids with a homepage-only night on it. The empty network counts as none. */
function countIds({ actors, sink }: Rollup): Uint32Array {
  const columns = actors.columns();
  const ids = new Uint32Array(sink.networks.size());
  const lastId = new Int32Array(ids.length).fill(-1);
  for (let actor = 0; actor < actors.actors(); actor += 1) {
    for (let at = actors.latest(actor); at >= 0; at = columns.previous[at]!) {
      const network = columns.network[at]!;
      if (lastId[network] === actor || !isBare(columns, at)) continue;
      lastId[network] = actor;
      ids[network]! += 1;
    }
  }
  ids[sink.networks.ofText("")] = 0;
  return ids;
}

function unexplained(
  { actors }: Rollup,
  { stepDay }: Onset,
  isSuspect: Uint8Array,
  bitsOf: (at: number, own: number) => number,
): Verdicts["unexplained"] {
  if (stepDay === undefined) return { visits: 0, ids: 0 };
  const columns = actors.columns();
  let [visits, ids] = [0, 0];
  for (let actor = 0; actor < isSuspect.length; actor += 1) {
    if (isSuspect[actor] === 1) continue;
    let own = 0;
    for (let at = actors.latest(actor); at >= 0; at = columns.previous[at]!) {
      if (!isBare(columns, at) || dayOfNight(columns.night[at]!, nightShape(columns, at)) < stepDay) continue;
      if (bitsOf(at, 1) >= FIVEFOLD_BITS) own += 1;
    }
    visits += own;
    if (own > 0) ids += 1;
  }
  return { visits, ids };
}
