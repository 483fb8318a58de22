/** What a live run measured, against what Spillway promises. Pure. */
import { quantile } from "@spillway/kit/statistics.ts";
import type { Phase } from "./phases.ts";
import type { Outcome } from "@spillway/simulation/live/outcome.ts";
import type { Check, LiveFigures } from "./options.ts";
import type { CounterSample } from "./origin-counters.ts";

/** Milliseconds from the run's start for all. */
export type Observed = {
  readonly thresholdPerSec: number;
  readonly phases: readonly [base: Phase, wall: Phase, recovery: Phase];
  readonly outcomes: readonly Outcome[];
  /** The first was taken before the first arrival, the last after the last response. */
  readonly samples: readonly CounterSample[];
};

const MOST_LATENCY_MS = 100;
const MOST_RECOVERY_S = 5;
/** A generator later than this says more about the machine than about Spillway. */
const MOST_SEND_LAG_MS = 25;
const RECOVERED_SHARE = 0.99;
const GAVE_UP: ReadonlySet<string> = new Set(["deadline", "origin-error", "origin-unreachable"]);
const NOT_PERSONAL: ReadonlySet<string> = new Set(["generic", "builtin"]);

export function measure({ thresholdPerSec, phases, outcomes, samples }: Observed): LiveFigures {
  const [, wall, recovery] = phases;
  const wallMs = outcomes.filter((outcome) => isIn(wall, outcome)).map(({ latencyMs }) => latencyMs);
  const count = (is: (outcome: Outcome) => boolean): number => outcomes.filter(is).length;
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError("a run has counters before and after");
  return {
    responses: outcomes.length,
    serverErrors: count(({ status }) => status >= 500),
    transportErrors: count(({ status }) => status === 0),
    genericPages: count(({ servedAs }) => NOT_PERSONAL.has(servedAs)),
    personalizedPeak1s: mostWithinASecond(samples, ({ personalized }) => personalized),
    admittedPeak1s: last.admittedPeakPerSec,
    originOfferedPeak1s: mostWithinASecond(samples, ({ offered }) => offered),
    wallP50Ms: quantile(wallMs, 0.5, 0),
    wallP99Ms: quantile(wallMs, 0.99, 0),
    recoveryS: recoveryS(recovery, outcomes, thresholdPerSec),
    clientIndividual: count(({ servedAs }) => servedAs === "individual"),
    originIndividual: last.personalized - first.personalized,
    givenUp: count(({ reason }) => GAVE_UP.has(reason)),
    sendLagP99Ms: quantile(
      outcomes.map(({ lagMs }) => lagMs),
      0.99,
      0,
    ),
    longestPollMs: Math.max(...samples.map(({ askedMs, answeredMs }) => answeredMs - askedMs)),
  };
}

export function judge(thresholdPerSec: number, figures: LiveFigures): Check[] {
  const most = thresholdPerSec + Math.max(1, 0.05 * thresholdPerSec);
  const { personalizedPeak1s, admittedPeak1s, clientIndividual, originIndividual, givenUp } = figures;
  const { serverErrors, transportErrors, genericPages } = figures;
  return [
    {
      promise: `at most ${most} personalized in any second, by the origin's counters`,
      measured:
        `${personalizedPeak1s} between polls within one second (polls take up to ${figures.longestPollMs.toFixed(0)} ms)` +
        (admittedPeak1s === undefined ? "" : `; ${admittedPeak1s} by the gate's own count`),
      ok: Math.max(personalizedPeak1s, admittedPeak1s ?? 0) <= most,
    },
    {
      promise: "no 5xx and no transport error",
      measured: `${serverErrors} and ${transportErrors} of ${figures.responses}`,
      ok: serverErrors + transportErrors === 0,
    },
    {
      promise: "no generic page: individual, cluster's or parent's",
      measured: `${genericPages} generic or built in`,
      ok: genericPages === 0,
    },
    {
      promise: `p99 during the wall at most ${MOST_LATENCY_MS} ms, from the intended send time`,
      measured: `p50 ${figures.wallP50Ms.toFixed(1)} ms, p99 ${figures.wallP99Ms.toFixed(1)} ms`,
      ok: figures.wallP99Ms <= MOST_LATENCY_MS,
    },
    {
      promise: `individual again at most ${MOST_RECOVERY_S} s after the wall`,
      measured: Number.isFinite(figures.recoveryS)
        ? `${figures.recoveryS.toFixed(2)} s`
        : "not within the run",
      ok: figures.recoveryS <= MOST_RECOVERY_S,
    },
    {
      promise: "clients got the individual pages that the origin counted",
      measured: `${clientIndividual} got, ${originIndividual} counted, ${givenUp} got a page for want of an answer`,
      ok: clientIndividual <= originIndividual && originIndividual <= clientIndividual + givenUp,
    },
    {
      promise: `the run is valid: requests sent at most ${MOST_SEND_LAG_MS} ms late (p99)`,
      measured: `${figures.sendLagP99Ms.toFixed(1)} ms`,
      ok: isValid(figures),
    },
  ];
}

export function isValid({ sendLagP99Ms }: Pick<LiveFigures, "sendLagP99Ms">): boolean {
  return sendLagP99Ms <= MOST_SEND_LAG_MS;
}

/**
 * Most that a counter grew between two samples that lie within one second, from the earlier one's question to
 * the later one's answer: the second that is looked at may be up to two polls shorter than a second, and is
 * never longer.
 */
export function mostWithinASecond(
  samples: readonly CounterSample[],
  read: (sample: CounterSample) => number,
): number {
  let most = 0;
  let from = 0;
  for (const sample of samples) {
    let earlier = samples[from];
    while (earlier !== undefined && sample.answeredMs - earlier.askedMs > 1000) earlier = samples[++from];
    if (earlier !== undefined) most = Math.max(most, read(sample) - read(earlier));
  }
  return most;
}

/**
 * Seconds from the wall's end until every later window of one second is at least 99 % individual. Windows
 * begin at arrivals. With fewer than a hundred arrivals in a window that means all of them, so that this is
 * the time of the last arrival that was not served individually. Whoever came as the T + 1st or later within
 * a second is left out: at a small T, chance alone brings so many now and then, and the threshold is there to
 * be held. Infinite where no individual answer followed.
 */
export function recoveryS(
  { fromMs, untilMs }: Phase,
  outcomes: readonly Outcome[],
  thresholdPerSec: number,
): number {
  const arrived = outcomes.filter(({ atMs }) => atMs >= fromMs && atMs < untilMs);
  const arrivedWithin = (afterMs: number, lastMs: number): number =>
    arrived.filter(({ atMs }) => atMs > afterMs && atMs <= lastMs).length;
  const due = arrived.filter(
    ({ atMs, servedAs }) => servedAs === "individual" || arrivedWithin(atMs - 1000, atMs) <= thresholdPerSec,
  );
  const lastPoor = due.findLast(({ atMs: windowMs }) => {
    const window = due.filter(({ atMs }) => atMs >= windowMs && atMs < windowMs + 1000);
    const individual = window.filter(({ servedAs }) => servedAs === "individual").length;
    return individual < RECOVERED_SHARE * window.length;
  });
  const recovered = due.some(
    ({ atMs, servedAs }) => servedAs === "individual" && atMs > (lastPoor?.atMs ?? fromMs),
  );
  if (!recovered) return Infinity;
  return lastPoor === undefined ? 0 : (lastPoor.atMs - fromMs) / 1000;
}

function isIn({ fromMs, untilMs }: Phase, { atMs }: Outcome): boolean {
  return atMs >= fromMs && atMs < untilMs;
}
