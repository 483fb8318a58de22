/** Counts which rungs isolates have served, in steps of ten seconds, from the reports of the serving log. */
import {
  MIX_RUNGS,
  MIX_STEP_MS,
  MIX_STEPS,
  type MixRung,
  type NowMix,
} from "@spillway/shared/protocol/now-state.ts";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";

/** The newest calls that the sentence speaks of: at least this many, where a minute has them. */
const ENOUGH_CALLS = 20;
const LATEST_STEPS = [1, 2, 3, 6] as const;
const ORIGIN_FAILURES: ReadonlySet<string> = new Set(["deadline", "origin-error", "origin-unreachable"]);
export const MIX_COLUMNS = [...MIX_RUNGS, "originFailed"] as const;
type Column = (typeof MIX_COLUMNS)[number];
export type MixCounts = Readonly<Record<Column, number>>;
/** By the number of the step since 1970. */
export type MixSteps = ReadonlyMap<number, MixCounts>;

export type RungMix = {
  /** Counts a report that arrived now. Isolates of an older version don't say what time it covers. */
  readonly add: (report: Pick<ServingReport, "records" | "spanMs">, receivedMs: number) => void;
  /** `steps` is how many of the newest to read. */
  readonly read: (nowMs: number, steps: number) => NowMix;
  /** From the end of the newest report's span to its arrival. */
  readonly lagMs: () => number | undefined;
  /** What is counted of a step, which late reports still change; undefined where nothing is. */
  readonly step: (step: number) => MixCounts | undefined;
};

/** How long an isolate of an older version, which doesn't say, collects calls. */
const USUAL_SPAN_MS = 10_000;

export function createRungMix(before?: MixSteps): RungMix {
  const steps = new Map<number, Record<Column, number>>(
    [...(before ?? [])].map(([step, counts]) => [step, { ...counts }]),
  );
  /** The newest report alone, for what the sentence says. */
  let untilMs = endOf(before);
  let lagMs: number | undefined;

  const stepAt = (step: number): Record<Column, number> => {
    const known = steps.get(step);
    if (known !== undefined) return known;
    const added = noCalls();
    steps.set(step, added);
    for (const old of steps.keys()) if (old < step - 2 * MIX_STEPS) steps.delete(old);
    return added;
  };

  return {
    add: ({ records, spanMs }, receivedMs) => {
      // What an isolate's clock says of the future holds until now.
      const until = Math.min(receivedMs, spanMs?.[1] ?? receivedMs);
      const from = Math.min(until, spanMs?.[0] ?? until - USUAL_SPAN_MS);
      if (receivedMs - until > MIX_STEPS * MIX_STEP_MS) return;
      if (untilMs === undefined || until >= untilMs) {
        untilMs = until;
        lagMs = receivedMs - until;
      }
      const counts = countsOf(records);
      for (const [step, share] of sharesOf(from, until)) {
        const slot = stepAt(step);
        for (const column of MIX_COLUMNS) slot[column] += counts[column] * share;
      }
    },
    read: (nowMs, wanted) => {
      const last = Math.floor(nowMs / MIX_STEP_MS);
      const first = last - Math.min(wanted, MIX_STEPS) + 1;
      const slots = Array.from({ length: last - first + 1 }, (_, at) => steps.get(first + at));
      const column = (name: Column): number[] => slots.map((slot) => Math.round(slot?.[name] ?? 0));
      return {
        fromMs: first * MIX_STEP_MS,
        calls: byRung(column),
        originFailed: column("originFailed"),
        untilMs: untilMs ?? null,
        latest: latestOf(steps, untilMs),
      };
    },
    lagMs: () => lagMs,
    step: (step) => steps.get(step),
  };
}

/** The end of the last step in which something was served. */
function endOf(steps: MixSteps | undefined): number | undefined {
  const served = [...(steps ?? [])].filter(([, counts]) => MIX_RUNGS.some((rung) => counts[rung] > 0));
  return served.length === 0 ? undefined : (Math.max(...served.map(([step]) => step)) + 1) * MIX_STEP_MS;
}

function countsOf(records: ServingReport["records"]): Record<Column, number> {
  const counts = noCalls();
  for (const { as, reason, calls } of records) {
    if (as === "none") continue;
    counts[as] += calls;
    if (ORIGIN_FAILURES.has(reason)) counts.originFailed += calls;
  }
  return counts;
}

/** The steps that a span touches, and which share of it lies in each. */
function sharesOf(fromMs: number, untilMs: number): [step: number, share: number][] {
  const first = Math.floor(fromMs / MIX_STEP_MS);
  // A report closes at an instant that belongs to the step before it.
  const last = Math.max(first, Math.ceil(untilMs / MIX_STEP_MS) - 1);
  if (first === last) return [[first, 1]];
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const beginsMs = (first + at) * MIX_STEP_MS;
    const overlapMs = Math.min(untilMs, beginsMs + MIX_STEP_MS) - Math.max(fromMs, beginsMs);
    return [first + at, overlapMs / (untilMs - fromMs)];
  });
}

/** The calls of the newest step that a report has reached, and of those before it where these are few. */
function latestOf(steps: MixSteps, untilMs: number | undefined): NowMix["latest"] {
  if (untilMs === undefined) return { spanMs: 0, calls: byRung(() => 0), originFailed: 0 };
  const last = Math.max(0, Math.ceil(untilMs / MIX_STEP_MS) - 1);
  let latest: NowMix["latest"] | undefined;
  for (const count of LATEST_STEPS) {
    const slots = Array.from({ length: count }, (_, at) => steps.get(last - at));
    const sum = (name: Column): number =>
      Math.round(slots.reduce((total, slot) => total + (slot?.[name] ?? 0), 0));
    latest = {
      spanMs: untilMs - (last - count + 1) * MIX_STEP_MS,
      calls: byRung(sum),
      originFailed: sum("originFailed"),
    };
    if (MIX_RUNGS.reduce((total, rung) => total + sum(rung), 0) >= ENOUGH_CALLS) return latest;
  }
  return latest ?? { spanMs: 0, calls: byRung(() => 0), originFailed: 0 };
}

function noCalls(): Record<Column, number> {
  return { ...byRung(() => 0), originFailed: 0 };
}

function byRung<Value>(of: (rung: MixRung) => Value): Record<MixRung, Value> {
  return {
    individual: of("individual"),
    tailored: of("tailored"),
    cluster: of("cluster"),
    parent: of("parent"),
    generic: of("generic"),
    builtin: of("builtin"),
  };
}
