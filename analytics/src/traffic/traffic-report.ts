/** Makes the traffic report from a source of calls: volumes, steps, bursts, suspects and baselines. */
import { AGENT_CLASSES, type AgentClass } from "./agent-class.ts";
import { bandBaselines, overByDay, suspectCallsBySlot } from "./baselines.ts";
import { findBursts } from "./bursts.ts";
import { DAY_MINUTES, slotCount, type Calendar } from "./calendar.ts";
import { EVIDENCE_KINDS, SUSPECT_BITS } from "./evidence.ts";
import type { KnownTraffic } from "./known.ts";
import { logSpan, type LogSpan } from "./log-span.ts";
import type { ReportedStep, Suspect, TrafficReport } from "./report-shape.ts";
import { createRollup, NOON, type Rollup } from "./rollup.ts";
import { findSuspects, type Verdict, type Verdicts } from "./suspects.ts";
import type { SourceFindings, TrafficSource } from "./traffic-source.ts";
import { topCallers } from "./top-callers.ts";
import { volumeSteps } from "./volume-steps.ts";

export type TrafficRequest = {
  readonly source: TrafficSource;
  readonly calendar: Calendar;
  readonly known: readonly KnownTraffic[];
  /** Further categories that count as the homepage. */
  readonly homepages: readonly string[];
  /** Users that an earlier report listed. */
  readonly previous: readonly string[];
};

const MAX_NETWORKS = 5;
const WEEK_DAYS = 7;

export async function trafficReport(
  request: TrafficRequest,
): Promise<{ readonly report: TrafficReport; readonly findings: SourceFindings }> {
  const { source, calendar, known, homepages, previous } = request;
  const rollup = createRollup(calendar, known, homepages);
  const findings = await source.readInto(rollup.sink);
  const { counts, tally, actors } = rollup;
  const span = logSpan(rollup);
  const verdicts = findSuspects(rollup, previous, span.isPartial);
  const steps = stepsOf(rollup, verdicts, span);
  const rises = steps.filter(({ before, after }) => after > before);
  const suspectCalls = suspectCallsBySlot(rollup, verdicts);
  const stepDay = verdicts.onset.stepDay ?? 0;
  const onset = verdicts.onset.stepDay === undefined ? null : calendar.days[stepDay]!;
  const days = daysOf(rollup, suspectCalls, span);
  const report: TrafficReport = {
    from: calendar.days[0]!,
    to: calendar.days.at(-1)!,
    timeZone: calendar.timeZone,
    source: source.name,
    // Days on which the log has calls count, not the days of the period.
    hasShortHistory: days.slice(0, verdicts.onset.stepDay).filter(hasCalls).length < WEEK_DAYS,
    logSpan: tally.firstS > tally.lastS ? null : { from: iso(tally.firstS), to: iso(tally.lastS) },
    totals: {
      calls: tally.gets,
      posts: tally.posts,
      users: actors.actors(),
      outside: tally.outside,
      rows: findings.rows,
      badRows: findings.badRowCount,
    },
    firstBadRow: findings.badRows[0] ?? null,
    callers: topCallers(rollup, verdicts.isSuspect),
    categories: categoriesOf(rollup, span),
    agents: Object.fromEntries(AGENT_CLASSES.map((name, at) => [name, counts.byAgentClass[at]!])) as Record<
      AgentClass,
      number
    >,
    step: rises.find(({ date }) => date === onset) ?? rises[0] ?? null,
    steps,
    onset,
    days,
    baselinesFrom: calendar.days[stepDay]!,
    bands: bandBaselines(rollup, suspectCalls, stepDay, span),
    suspectBits: SUSPECT_BITS,
    suspectCalls: suspectCalls.reduce((sum, calls) => sum + calls, 0),
    evidence: evidenceOf(verdicts),
    networks: networksOf(rollup, verdicts),
    unexplained: verdicts.unexplained,
    undecided: undecidedOf(verdicts),
    steadyIds: verdicts.steadyIds,
    // The order does not depend on the order of the rows.
    suspects: verdicts.suspects
      .map((verdict) => describe(verdict, rollup))
      .toSorted((a, b) => b.score - a.score || compareText(a.user, b.user)),
    cleared: clearedOf(rollup, verdicts, previous),
    known: knownOf(rollup),
    bursts: burstsOf(rollup, suspectCalls, span),
  };
  return { report, findings };
}

/** The categories that occur, most calls first. */
function categoriesOf({ byCategory, kinds, sink }: Rollup, span: LogSpan): TrafficReport["categories"] {
  // Less than a day is not stretched to one.
  const days = Math.max(1, span.days);
  return byCategory
    .map((calls, number) => ({
      name: sink.categories.textOf(number),
      kind: kinds[number] ?? "other",
      calls,
      perDay: calls / days,
    }))
    .filter(({ calls }) => calls > 0)
    .toSorted((a, b) => b.calls - a.calls);
}

function knownOf({ known }: Rollup): TrafficReport["known"] {
  return known.map(({ entry: { fromS, untilS, ...entry }, calls, users, wider }) => {
    const widerNetworks = [...wider].toSorted(compareText);
    return { ...entry, from: iso(fromS), until: iso(untilS), calls, users: users.size, widerNetworks };
  });
}

function burstsOf(
  { counts, calendar }: Rollup,
  suspectCalls: Float64Array,
  span: LogSpan,
): TrafficReport["bursts"] {
  return findBursts(counts, suspectCalls, span).map(({ from, ...burst }) => ({
    start: iso(calendar.startS + from * 60),
    ...burst,
  }));
}

/** Steps of the volumes, and the step of homepage-only visits, if there is one. */
function stepsOf(rollup: Rollup, { onset }: Verdicts, { isPartial }: LogSpan): ReportedStep[] {
  const { days } = rollup.calendar;
  const found = volumeSteps(rollup, isPartial).map(({ at, where, before, after, z }) => ({
    date: days[at]!,
    where,
    before: Math.exp(before) - 1,
    after: Math.exp(after) - 1,
    z,
  }));
  if (onset.step === undefined) return found;
  const { at, before, after, z } = onset.step;
  const rise = {
    date: days[at]!,
    where: "homepage-only visits",
    before: Math.exp(before) - 1,
    after: Math.exp(after) - 1,
    z,
  };
  return [...found, rise];
}

function daysOf(
  { calendar, counts }: Rollup,
  suspectCalls: Float64Array,
  { isPartial }: LogSpan,
): TrafficReport["days"] {
  const { days, bands, thresholdOfMinute, dayOfQuarter } = calendar;
  const beyond = overByDay({ calendar, counts });
  const hasThreshold = !thresholdOfMinute.every((threshold) => Number.isNaN(threshold));
  const suspects = days.map(() => 0);
  for (let slot = 0; slot < slotCount(calendar); slot += 1) {
    suspects[dayOfQuarter[Math.floor((slot * 10) / 15)]!]! += suspectCalls[slot]!;
  }
  return days.map((date, day) => {
    const byBand = bands.map((name, band) => [name, counts.byBand[day * bands.length + band]!] as const);
    return {
      date,
      calls: byBand.reduce((sum, [, calls]) => sum + calls, 0),
      byBand: Object.fromEntries(byBand),
      posts: counts.postsByDay[day]!,
      suspects: Math.round(suspects[day]!),
      known: counts.knownByDay[day]!,
      overThreshold: hasThreshold ? Math.round(beyond[day]!) : null,
      isPartial: isPartial[day] === 1,
    };
  });
}

function evidenceOf({ suspects }: Verdicts): TrafficReport["evidence"] {
  return EVIDENCE_KINDS.flatMap((kind) => {
    let [ids, bits] = [0, 0];
    for (const { evidence } of suspects) {
      const own = evidence.find((one) => one.kind === kind);
      if (own === undefined) continue;
      ids += 1;
      bits += own.bits;
    }
    return ids === 0 ? [] : [{ kind, ids, meanBits: bits / ids }];
  });
}

/** An id that named several kinds of agents counts for each. */
function undecidedOf({ undecided }: Verdicts): TrafficReport["undecided"] {
  const agents: Partial<Record<AgentClass, number>> = {};
  for (const { habit } of undecided) {
    for (const [at, name] of AGENT_CLASSES.entries()) {
      if ((habit.agents & (1 << at)) !== 0) agents[name] = (agents[name] ?? 0) + 1;
    }
  }
  return {
    ids: undecided.length,
    networks: new Set(undecided.map(({ habit }) => habit.network)).size,
    agents,
  };
}

function networksOf({ sink }: Rollup, { suspects }: Verdicts): TrafficReport["networks"] {
  const counts = new Map<number, number>();
  for (const { habit } of suspects) counts.set(habit.network, (counts.get(habit.network) ?? 0) + 1);
  return [...counts]
    .map(([number, count]) => ({ network: sink.networks.textOf(number), suspects: count }))
    .toSorted((a, b) => b.suspects - a.suspects || compareText(a.network, b.network))
    .slice(0, MAX_NETWORKS);
}

function clearedOf(
  { sink, actors }: Rollup,
  { isSuspect, verdictOf }: Verdicts,
  previous: readonly string[],
): TrafficReport["cleared"] {
  const known = sink.users.size();
  return previous.flatMap((user) => {
    const actor = sink.users.ofText(user);
    // A number that was only given now belongs to a user who was not seen.
    if (actor >= known || actor >= actors.actors() || isSuspect[actor] === 1) return [];
    const verdict = verdictOf(actor);
    return verdict === undefined ? [] : [{ user, score: round(verdict.score) }];
  });
}

function describe({ habit, evidence, score }: Verdict, { sink }: Rollup): Suspect {
  const minute = (habit.startMinute + NOON) % DAY_MINUTES;
  return {
    user: sink.users.textOf(habit.actor),
    score: round(score),
    evidence: Object.fromEntries(evidence.map(({ kind, bits }) => [kind, round(bits)])),
    nights: habit.nights,
    bareNights: habit.bareNights,
    reads: habit.reads,
    readsPer: habit.readsPer,
    sameReads: habit.sameReads,
    sameWindow: habit.sameWindow,
    start: `${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
    spanMinutes: habit.spanMinutes,
    postNights: habit.postNights,
    network: sink.networks.textOf(habit.network),
  };
}

function hasCalls({ calls, posts, known }: TrafficReport["days"][number]): boolean {
  return calls + posts + known > 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function round(bits: number): number {
  return Math.round(bits * 10) / 10;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
