/**
 * The live rehearsal: a real origin, real isolates and real requests on this machine, judged by what came
 * back.
 */
import type { PlannedRequest } from "@spillway/kit/processes/open-loop.ts";
import { createDraws, zipfPicker, type Draws } from "@spillway/simulation/fleet/draws.ts";
import { drawArrivals } from "@spillway/simulation/live/arrivals.ts";
import { planPhases, type Phase } from "./phases.ts";
import { abortOnInterrupt } from "@spillway/kit/processes/interrupt.ts";
import { isValid, judge, measure, type Observed } from "./judge.ts";
import type { LiveOptions, LiveResult } from "./options.ts";
import { pollCounters } from "./origin-counters.ts";
import { secondRows } from "./seconds.ts";
import type { Isolate } from "./isolates.ts";
import { setStage, type Stage } from "./stage.ts";
import { openVisits, outcomeOf } from "@spillway/simulation/live/outcome.ts";
import { drawVisit, type Visit } from "./visits.ts";

/** Isolates get traffic by Zipf's law, because locations are as unequal as cities. */
const ZIPF_EXPONENT = 1;
/**
 * Before the run, over all isolates: code gets compiled and the commonest pages come into memory, as in
 * isolates that have been serving. Then it is quiet until admission has found back to calm.
 */
const WARM_UP_PER_SEC = 400;
const WARM_UP_S = 3;
const CALM_MS = 3000;

/**
 * Throws what kept it from running, or `Interrupted` on SIGINT, SIGTERM and SIGHUP; in either case, as after
 * a run, without leaving a process, a port or a file.
 */
export async function rehearseLive(options: LiveOptions): Promise<LiveResult> {
  const startedMs = performance.now();
  const { onProgress: _, ...told } = options;
  const observed = await observe(options);
  const figures = measure(observed);
  const checks = judge(options.thresholdPerSec, figures);
  return {
    ...figures,
    options: told,
    checks,
    ok: checks.every(({ ok }) => ok),
    valid: isValid(figures),
    seconds: secondRows(observed),
    elapsedS: (performance.now() - startedMs) / 1000,
  };
}

async function observe(options: LiveOptions): Promise<Observed> {
  const controller = new AbortController();
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(abortOnInterrupt(controller));
  try {
    const stage = await setStage({
      isolates: options.isolates,
      thresholdPerSec: options.thresholdPerSec,
      cleanup,
      controller,
      onProgress: (done, total) => options.onProgress("start", done, total),
    });
    return await perform(options, stage, cleanup, controller.signal);
  } catch (error) {
    // What was interrupted says no more than that it was aborted.
    controller.signal.throwIfAborted();
    throw error;
  }
}

async function perform(
  options: LiveOptions,
  stage: Stage,
  cleanup: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<Observed> {
  const load = openVisits(signal);
  cleanup.defer(load.close);
  const draws = createDraws(options.seed);
  const warmUp = planWarmUp(stage, draws);
  await load.sendAll(warmUp, {
    startMs: performance.now(),
    onSent: (sent) => options.onProgress("warm-up", sent, warmUp.length),
  });
  const phases = planPhases(options);
  const visits = planVisits(drawArrivals(phases, draws), stage, draws);
  const startMs = performance.now() + CALM_MS;
  const polling = pollCounters(stage.origin.url, signal);
  const onSent = progressBy(phases, visits, options.onProgress);
  const outcomes = (await load.sendAll(visits, { startMs, onSent })).map(outcomeOf);
  const samples = (await polling.stop()).map((sample) => ({
    ...sample,
    askedMs: sample.askedMs - startMs,
    answeredMs: sample.answeredMs - startMs,
  }));
  return { thresholdPerSec: options.thresholdPerSec, phases, outcomes, samples };
}

function planWarmUp({ isolates }: Stage, draws: Draws): PlannedRequest[] {
  return Array.from({ length: WARM_UP_PER_SEC * WARM_UP_S }, (_, at) => ({
    ...requestTo(isolates[at % isolates.length], drawVisit(draws)),
    atMs: (at * 1000) / WARM_UP_PER_SEC,
  }));
}

function planVisits(arrivals: readonly number[], { isolates }: Stage, draws: Draws): PlannedRequest[] {
  const pick = zipfPicker(isolates.length, ZIPF_EXPONENT, draws.uniform);
  return arrivals.map((atMs) => {
    const visit = drawVisit(draws);
    return { ...requestTo(isolates[pick()], visit), atMs };
  });
}

function requestTo(isolate: Isolate | undefined, { path, headers }: Visit): Omit<PlannedRequest, "atMs"> {
  return { url: `${isolate?.url ?? ""}${path}`, headers };
}

/** Tells requests sent, of each phase's own. */
function progressBy(
  phases: readonly Phase[],
  visits: readonly PlannedRequest[],
  onProgress: LiveOptions["onProgress"],
): (sent: number) => void {
  const ends = phases.map(({ untilMs }) => visits.filter(({ atMs }) => atMs < untilMs).length);
  return (sent) => {
    const at = Math.max(
      0,
      ends.findIndex((end) => sent <= end),
    );
    const before = ends[at - 1] ?? 0;
    onProgress(phases[at]?.name ?? "", sent - before, (ends[at] ?? 0) - before);
  };
}
