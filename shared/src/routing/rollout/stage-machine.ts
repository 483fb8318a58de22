/** When a rollout goes on, waits, or is aborted. The clock is passed in. Pure. */
import type { Guard } from "./guards.ts";
import type { Judged } from "./judge-guards.ts";
import type { RolloutStage } from "./rollout.ts";

export type RolloutEnd = {
  /** `superseded`: another routing was pushed for everybody. */
  readonly how: "completed" | "aborted" | "superseded";
  readonly atMs: number;
  readonly reason: string;
};

export type Rollout = {
  readonly id: string;
  /** The versions of its arms. */
  readonly versions: { readonly current: number; readonly candidate: number };
  /** The shares of its stages, ascending, the last one 1. */
  readonly shares: readonly number[];
  /** How long a stage holds at least. */
  readonly everyMs: number;
  readonly guards: readonly Guard[];
  /** The stages that have been announced. */
  readonly stages: readonly RolloutStage[];
  readonly begunMs: number;
  readonly end?: RolloutEnd | undefined;
};

export type Circumstances = {
  readonly nowMs: number;
  readonly lead: Lead;
  /** Since when demand has been under the threshold, or undefined while it is over it. */
  readonly calmSinceMs: number | undefined;
  /** The operator has switched to stored pages for everybody, or to the origin. */
  readonly isForced: boolean;
  /** When each arm was last heard of being served. */
  readonly latestMs: { readonly current: number; readonly candidate: number };
  readonly judged: readonly Judged[];
};

export type Wait =
  | { readonly why: "not-yet-held"; readonly untilMs: number }
  | { readonly why: "holding"; readonly untilMs: number }
  | { readonly why: "over-threshold" }
  | { readonly why: "forced" }
  | { readonly why: "no-traffic" }
  | { readonly why: "undecided"; readonly guards: readonly Guard[] };

export type Step =
  | { readonly kind: "wait"; readonly wait: Wait }
  | { readonly kind: "announce"; readonly stage: RolloutStage }
  | { readonly kind: "complete" }
  | { readonly kind: "abort"; readonly breached: Judged };

const MINUTE_MS = 60_000;
/** Nothing is decided on less: the serving log takes some 20 s to arrive. */
const LEAST_HELD_MS = MINUTE_MS;
/** How long demand must have been under the threshold: a wall comes with a swell before it. */
const CALM_MS = MINUTE_MS;
/** What was served in a minute is known to the minute, and some 20 s later. */
const TRAFFIC_MS = 2 * MINUTE_MS;

/** The stage that holds, and which one it is, from 0; undefined before the first holds. */
export function stageAt(
  { stages }: Pick<Rollout, "stages">,
  nowMs: number,
): (RolloutStage & { readonly number: number }) | undefined {
  const number = stages.findLastIndex(({ holdsFromMs }) => holdsFromMs <= nowMs);
  const stage = stages[number];
  return stage && { ...stage, number };
}

export type Lead = {
  /** How far ahead a stage is announced, so that every isolate has heard of it when it holds. */
  readonly leadMs: number;
  /** A stage holds from a multiple of it: of a minute, since what was served is counted by minutes. */
  readonly stepMs: number;
};

export function announcedFrom(nowMs: number, { leadMs, stepMs }: Lead): number {
  return Math.ceil((nowMs + leadMs) / stepMs) * stepMs;
}

/** From when on what was served says something about a stage: a minute in which it began is of two stages. */
export function countedFrom({ holdsFromMs }: RolloutStage): number {
  return Math.ceil(holdsFromMs / MINUTE_MS) * MINUTE_MS;
}

/** What is to be done now with a rollout that has not ended. */
export function nextStep(rollout: Rollout, circumstances: Circumstances): Step {
  const { nowMs, lead, judged } = circumstances;
  const stage = stageAt(rollout, nowMs);
  const announced = rollout.stages.at(-1);
  if (stage !== undefined && stage.share >= 1) return { kind: "complete" };
  const breached = judged.find(({ state }) => state === "breached");
  if (stage !== undefined && breached !== undefined) return { kind: "abort", breached };
  if (announced !== undefined && announced.holdsFromMs > nowMs) {
    return { kind: "wait", wait: { why: "not-yet-held", untilMs: announced.holdsFromMs } };
  }
  const wait = stage === undefined ? undefined : reasonToWait(rollout, stage, circumstances);
  if (wait !== undefined) return { kind: "wait", wait };
  return announcing(rollout, nowMs, lead);
}

/** The next stage of the plan, for whoever does not wait for its time and guards. */
export function announcing(rollout: Rollout, nowMs: number, lead: Lead): Step {
  const share = rollout.shares[rollout.stages.length] ?? 1;
  return { kind: "announce", stage: { share, holdsFromMs: announcedFrom(nowMs, lead) } };
}

function reasonToWait(
  { everyMs }: Rollout,
  { holdsFromMs }: RolloutStage,
  { nowMs, lead, calmSinceMs, isForced, latestMs, judged }: Circumstances,
): Wait | undefined {
  const untilMs = holdsFromMs + Math.max(LEAST_HELD_MS, everyMs - lead.leadMs);
  if (nowMs < untilMs) return { why: "holding", untilMs };
  if (isForced) return { why: "forced" };
  if (calmSinceMs === undefined || nowMs - calmSinceMs < CALM_MS) return { why: "over-threshold" };
  if (nowMs - Math.min(latestMs.current, latestMs.candidate) > TRAFFIC_MS) return { why: "no-traffic" };
  const undecided = judged.filter(({ state }) => state === "undecided").map(({ guard }) => guard);
  return undecided.length > 0 ? { why: "undecided", guards: undecided } : undefined;
}
