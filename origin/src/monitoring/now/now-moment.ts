/**
 * What holds at one instant, beside the series of figures around it: with those it makes the state, now, or
 * later of the moment that it then is.
 */
import * as z from "zod/mini";
import type { NowChange, NowSeconds, NowMix, NowState } from "@spillway/shared/protocol/now-state.ts";
import { nowSentence } from "@spillway/shared/protocol/now-sentence.ts";
import { nowFields } from "../../openapi/now-answer.ts";
import { originHealth } from "./origin-health.ts";

const { atMs, instance, mode, band, thresholdPerSec, instances, routingVersion } = nowFields;
const { isolates, pages, model, queue, deadLetters, rollout } = nowFields;

export type NowMoment = Omit<
  NowState,
  "sentence" | "overSinceMs" | "seconds" | "mix" | "changes" | "origin"
> & {
  /** Of the process. */
  readonly startedMs: number;
  readonly bearableShare: number;
  /** Why the latest refresh cycle failed. */
  readonly failedCycle: string | null;
};

export const nowMomentSchema: z.ZodMiniType<NowMoment> = z.object({
  atMs,
  instance,
  mode,
  band,
  thresholdPerSec,
  instances,
  routingVersion,
  isolates,
  pages,
  model,
  queue,
  deadLetters,
  rollout,
  startedMs: z.number(),
  bearableShare: z.number(),
  failedCycle: z.nullable(z.string()),
});

export type Around = {
  readonly seconds: NowSeconds;
  readonly mix: NowMix;
  readonly changes: readonly NowChange[];
  readonly overSinceMs: number | null;
  /** Why nothing is known of the origin itself at this instant; undefined where something is. */
  readonly gone?: string | undefined;
};

export function stateOf(moment: NowMoment, { gone, ...around }: Around): NowState {
  const { startedMs, bearableShare, failedCycle, ...rest } = moment;
  const health = originHealth({
    bearableShare,
    startedMs,
    failedCycle: failedCycle ?? undefined,
    // Of what isolates saw before this process ran, it is no cause.
    originFailedShare: (around.mix.untilMs ?? 0) > startedMs ? failedShareOf(around.mix.latest) : 0,
  });
  const origin = gone === undefined ? health : { ...health, health: "failing" as const, reasons: [gone] };
  const facts = { ...rest, ...around, origin };
  return { ...facts, sentence: nowSentence(facts) };
}

/** Where few are served, one that failed is a large share, and no failing origin. */
const FEW_FAILURES = 3;

function failedShareOf({ calls, originFailed }: NowMix["latest"]): number {
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  return originFailed < FEW_FAILURES ? 0 : originFailed / all;
}
