/** Tells what happened until an instant that has passed, from what is kept of it. */
import {
  MIX_STEPS,
  NOW_SECONDS,
  type NowSeconds,
  type NowState,
} from "@spillway/shared/protocol/now-state.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { createRungMix } from "../rung-mix.ts";
import { stateOf, type NowMoment } from "../now-moment.ts";
import { changesUntil } from "../read-stored.ts";
import { MOMENT_EVERY_MS, type History } from "./keep-history.ts";
import { fromStored, MINUTE_SECONDS, secondsOf, stepsOf } from "./minute.ts";

export type Past =
  | { readonly kind: "known"; readonly state: NowState }
  /** Nothing is kept of it. */
  | { readonly kind: "unknown"; readonly reason: string };

export type ReadPast = (untilMs: number) => Promise<Past>;

export type PastDeps = {
  readonly operatorStore: Pick<OperatorStore, "nowHistory" | "audit">;
  readonly history: Pick<History, "flush">;
  readonly nowMs: () => number;
  readonly keepDays: number;
};

const DAY_MS = 86_400_000;
/** After so long without a moment the origin was not running: one is a little late on a busy machine. */
const GONE_AFTER_MS = 2.5 * MOMENT_EVERY_MS;
/** A second is counted right after it. */
const SILENT_AFTER_MS = 2000;

/** `untilMs` is at most now. The state is that of the second which it falls in, as it began. */
export function createPast({ operatorStore, history, nowMs, keepDays }: PastDeps): ReadPast {
  const { nowHistory, audit } = operatorStore;
  return async (untilMs) => {
    // What is not stored yet may be asked for.
    if (nowMs() - untilMs < 2 * MOMENT_EVERY_MS) await history.flush();
    const second = Math.floor(untilMs / 1000);
    const [atMs, from] = [second * 1000, second - NOW_SECONDS];
    const minutes = fromStored(
      await nowHistory.between(Math.floor(from / MINUTE_SECONDS), Math.floor(second / MINUTE_SECONDS) + 1),
    );
    const moment = minutes
      .flatMap(({ moments }) => moments)
      .findLast((one) => one.atMs <= atMs && one.atMs >= from * 1000);
    if (moment === undefined)
      return {
        kind: "unknown",
        reason: await whyUnknown(nowHistory, atMs, nowMs() - keepDays * DAY_MS, keepDays),
      };
    const seconds = secondsOf(minutes, from, second);
    const { overSinceS, ...read } = seconds;
    const overSince = overSinceS.at(-1) ?? null;
    const elapsedS = (atMs - moment.atMs) / 1000;
    const { oldestS, medianS, ...pages } = moment.pages;
    const older = (age: number | null): number | null => (age === null ? null : age + elapsedS);
    const state = stateOf(
      { ...moment, atMs, pages: { ...pages, oldestS: older(oldestS), medianS: older(medianS) } },
      {
        seconds: read,
        mix: createRungMix(stepsOf(minutes, atMs)).read(atMs, MIX_STEPS),
        changes: await changesUntil(audit, atMs),
        overSinceMs: overSince === null ? null : overSince * 1000,
        gone: goneAt(atMs, moment, read),
      },
    );
    return { kind: "known", state };
  };
}

/**
 * Why nothing is known of the origin at an instant. The threshold is counted by the second, and moments stand
 * ten seconds apart: so a crash is seen by the seconds that are missing, but not where there is no threshold.
 */
function goneAt(atMs: number, moment: NowMoment, { fromMs, threshold }: NowSeconds): string | undefined {
  const counted = threshold.findLastIndex((one) => one !== null);
  const countedMs = counted === -1 ? 0 : fromMs + (counted + 1) * 1000;
  const heardMs = moment.thresholdPerSec === null ? moment.atMs : Math.max(moment.atMs, countedMs);
  const isGone =
    moment.thresholdPerSec === null ? atMs - heardMs > GONE_AFTER_MS : atMs - heardMs > SILENT_AFTER_MS;
  return isGone
    ? `nothing is known of it since ${timeOf(heardMs)}: it was not running, or crashed before it had stored more`
    : undefined;
}

async function whyUnknown(
  nowHistory: OperatorStore["nowHistory"],
  atMs: number,
  keptFromMs: number,
  keepDays: number,
): Promise<string> {
  const oldest = await nowHistory.oldest();
  const when = `Nothing is kept of ${new Date(atMs).toISOString().replace(".000", "")}`;
  if (oldest === undefined) return `${when}: this origin has kept nothing yet`;
  const oldestMs = oldest * 60_000;
  if (atMs >= oldestMs) return `${when}: this origin was not running in the 15 minutes before it`;
  const begins = `${new Date(oldestMs).toISOString().slice(0, 16)}Z`;
  return atMs < keptFromMs
    ? `${when}: what is kept begins at ${begins} (NOW_DAYS is ${keepDays})`
    : `${when}: this origin began to keep it at ${begins}`;
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 19)} UTC`;
}
