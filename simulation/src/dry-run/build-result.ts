/** Puts a dry run's counts together to its result. Pure. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { SERVED_AS } from "@spillway/shared/protocol/served.ts";
import { dayText, instant, type BlindSpot, type BlindSpots } from "./blind-spots.ts";
import { addSums, effectiveSize, NO_SUMS, shareOf, totalError, type Sums } from "./estimate.ts";
import { LEAST_FIDELITY, type Fidelity } from "./fidelity.ts";
import type { Flows, MinuteLoad, OriginLoad } from "./flows.ts";
import { rungOf, type Outcome } from "./outcome.ts";
import type { DryRunResult, OriginMinute, RuleReport, WorstMinute } from "./result.ts";
import type { RuleCount } from "./rule-hits.ts";
import { sentenceOf } from "./sentence.ts";

export type ResultParts = {
  readonly whole: Sums;
  readonly flows: Flows;
  readonly fidelity: Fidelity | undefined;
  readonly hitsBefore: readonly RuleCount[];
  readonly hitsAfter: readonly RuleCount[];
  readonly isKnownCluster: (cluster: string) => boolean;
  readonly blind: BlindSpots;
};

const MINUTE_MS = 60_000;
/** With fewer tuples in it, a minute's load is known to a third. */
const FEW_IN_A_MINUTE = 30;

export function resultOf(parts: ResultParts): DryRunResult {
  const { whole, flows, fidelity, blind } = parts;
  const worstBefore = worstOf(flows.minutes, ({ before }) => before);
  const worstAfter = worstOf(flows.minutes, ({ after }) => after);
  const report = (counts: readonly RuleCount[]): RuleReport[] =>
    counts.map((count) => ruleReport(count, whole, blind, parts.isKnownCluster));
  const withoutSentence = {
    sample: sampleOf(whole, blind),
    ...(fidelity !== undefined && fidelity.tuples > 0 && { fidelity: fidelityOf(fidelity) }),
    changed: shareOf(changedOf(flows), whole),
    flows: changesOf(flows, whole),
    outcomes: outcomesOf(flows, whole),
    rules: { before: report(parts.hitsBefore), after: report(parts.hitsAfter) },
    origin: { worstBefore, worstAfter, minutes: flows.minutes.map(minuteOf) },
    cannotTell: [...blind.tell(whole), ...ofMinutes(worstAfter, flows)],
  };
  return { sentence: sentenceOf(withoutSentence), ...withoutSentence };
}

function sampleOf(whole: Sums, blind: BlindSpots): DryRunResult["sample"] {
  const { span } = blind;
  return {
    tuples: Math.round(whole.tuples),
    requests: whole.requests,
    effectiveTuples: effectiveSize(whole),
    from: span && instant(span.firstMinute * MINUTE_MS),
    until: span && instant((span.lastMinute + 1) * MINUTE_MS),
    days: blind.days.map(dayText),
    versions: blind.versions,
  };
}

function fidelityOf({ tuples, reproduced, deviations }: Fidelity): NonNullable<DryRunResult["fidelity"]> {
  const share = reproduced / tuples;
  return { share, tuples, isEnough: share >= LEAST_FIDELITY, deviations };
}

function* pairsOf({ flows }: Flows): Generator<readonly [from: Outcome, to: Outcome, sums: Sums]> {
  for (const [from, row] of flows) for (const [to, sums] of row) yield [from, to, sums];
}

function changedOf(flows: Flows): Sums {
  let sums = NO_SUMS;
  for (const [from, to, flow] of pairsOf(flows)) if (from !== to) sums = addSums(sums, flow);
  return sums;
}

function changesOf(flows: Flows, whole: Sums): DryRunResult["flows"] {
  return [...pairsOf(flows)]
    .filter(([from, to]) => from !== to)
    .map(([from, to, sums]) => ({
      from,
      to,
      ...shareOf(sums, whole),
      tuples: sums.tuples,
      requests: sums.requests,
    }))
    .toSorted((a, b) => b.share - a.share);
}

function outcomesOf(flows: Flows, whole: Sums): DryRunResult["outcomes"] {
  return SERVED_AS.map((as) => {
    let [before, after] = [NO_SUMS, NO_SUMS];
    for (const [from, to, sums] of pairsOf(flows)) {
      if (rungOf(from) === as) before = addSums(before, sums);
      if (rungOf(to) === as) after = addSums(after, sums);
    }
    return { as, before: shareOf(before, whole), after: shareOf(after, whole) };
  });
}

function ruleReport(
  { rule, matches, hits, takenBy }: RuleCount,
  whole: Sums,
  { span }: BlindSpots,
  isKnownCluster: (cluster: string) => boolean,
): RuleReport {
  const { outcome } = rule;
  const isGone = outcome.kind === "cluster" && !isKnownCluster(outcome.cluster);
  const isOutside =
    span !== undefined &&
    (rule.fromMs >= (span.lastMinute + 1) * MINUTE_MS || rule.untilMs <= span.firstMinute * MINUTE_MS);
  const status = (): RuleReport["status"] => {
    if (hits.tuples > 0) return "hit";
    if (isGone) return "not-in-force";
    if (matches.tuples > 0) return "shadowed";
    return isOutside || span === undefined ? "not-sampled" : "never-hit";
  };
  return {
    name: rule.name,
    then: outcome.kind === "cluster" ? outcome.cluster : outcome.kind,
    ...shareOf(hits, whole),
    tuples: hits.tuples,
    matches: shareOf(matches, whole).share,
    status: status(),
    takenBy: [...takenBy]
      .map(([name, sums]) => ({ name, share: sums.requests / matches.requests }))
      .toSorted((a, b) => b.share - a.share),
  };
}

/** The minute in which most is asked of the origin, measured by its threshold. */
function worstOf(
  minutes: readonly MinuteLoad[],
  pick: (minute: MinuteLoad) => OriginLoad,
): WorstMinute | undefined {
  let worst: MinuteLoad | undefined;
  const pressure = (minute: MinuteLoad): number => {
    const { askedPerSec, thresholdPerSec = 1 } = pick(minute);
    return askedPerSec / Math.max(thresholdPerSec, Number.MIN_VALUE);
  };
  for (const minute of minutes) if (worst === undefined || pressure(minute) > pressure(worst)) worst = minute;
  if (worst === undefined) return undefined;
  const { askedPerSec, admittedPerSec, thresholdPerSec, sums } = pick(worst);
  return {
    at: instant(worst.minute * MINUTE_MS),
    askedPerSec,
    errorPerSec: totalError(sums) / 60,
    admittedPerSec,
    ...(thresholdPerSec !== undefined && { thresholdPerSec }),
    tuples: sums.tuples,
  };
}

function minuteOf({ minute, before, after }: MinuteLoad): OriginMinute {
  return {
    at: instant(minute * MINUTE_MS),
    askedBefore: before.askedPerSec,
    askedAfter: after.askedPerSec,
    admittedBefore: before.admittedPerSec,
    admittedAfter: after.admittedPerSec,
    ...(after.thresholdPerSec !== undefined && { thresholdAfter: after.thresholdPerSec }),
  };
}

function ofMinutes(worst: WorstMinute | undefined, { guessedMinutes }: Flows): BlindSpot[] {
  const spots: BlindSpot[] = [];
  if (worst !== undefined && worst.tuples > 0 && worst.tuples < FEW_IN_A_MINUTE)
    spots.push({
      about: "worst-minute",
      text: `The origin's worst minute, ${worst.at}, has only ${counted(worst.tuples, "tuple")}: which minute is the worst is partly chance.`,
    });
  if (guessedMinutes.length > 0)
    spots.push({
      about: "minute-shape",
      text: `${counted(guessedMinutes.length, "minute was", "minutes were")} partly over the threshold, with no calm minute beside: what the gate admits then under another threshold is a guess.`,
    });
  return spots;
}
