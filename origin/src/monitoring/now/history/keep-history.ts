/**
 * Keeps what *Now* shows: every ten seconds the minutes that have changed are stored, so that what a crash
 * loses is less than that.
 */
import { NOW_SECONDS } from "@spillway/shared/protocol/now-state.ts";
import type { NowHistoryStore } from "@spillway/store/operators/now-history-store.ts";
import type { Before, NowKept } from "../now.ts";
import type { NowMoment } from "../now-moment.ts";
import {
  fromStored,
  MINUTE_SECONDS,
  packSteps,
  secondsOf,
  stepsOf,
  toStored,
  type HistoryMinute,
} from "./minute.ts";
import { HITS_MINUTES, type RuleHits } from "./rule-hits.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** A moment and what is stored are so old at the most. */
export const MOMENT_EVERY_MS = 10_000;
/** Late reports still change these. All of their seconds are at hand. */
const OPEN_MINUTES = NOW_SECONDS / MINUTE_SECONDS - 1;
const DAY_MINUTES = 1440;
/** Read at a time when the hits of a day are. */
const READ_MINUTES = 60;

export type HistoryDeps = {
  readonly store: NowHistoryStore;
  readonly kept: NowKept;
  readonly hits: RuleHits;
  readonly nowMs: () => number;
  readonly keepDays: number;
  readonly before: readonly HistoryMinute[];
  /** It is tried again ten seconds later. */
  readonly onError: (error: unknown) => void;
};

export type History = {
  /** Stores what is not stored yet. */
  readonly flush: () => Promise<void>;
  /** Stores all of it, and ends. */
  readonly stop: () => Promise<void>;
};

/** The minutes whose seconds this process goes on with. */
export async function readBefore(store: NowHistoryStore, nowMs: number): Promise<readonly HistoryMinute[]> {
  const minute = Math.floor(nowMs / MINUTE_MS);
  return fromStored(await store.between(minute - NOW_SECONDS / MINUTE_SECONDS, minute + 1));
}

export function beforeOf(minutes: readonly HistoryMinute[], nowMs: number): Before | undefined {
  const [first] = minutes;
  if (first === undefined) return undefined;
  const second = Math.floor(nowMs / SECOND_MS);
  const from = Math.max(first.minute * MINUTE_SECONDS, second - NOW_SECONDS);
  return { seconds: secondsOf(minutes, from, second), mix: stepsOf(minutes, Number.POSITIVE_INFINITY) };
}

/** Keeps it until it is stopped. */
export function keepHistory(deps: HistoryDeps): History {
  const { store, kept, hits, nowMs, keepDays, before, onError } = deps;
  const moments: NowMoment[] = before.flatMap((minute) => minute.moments);
  const written = new Map(before.map((minute) => [minute.minute, toStored(minute).facts]));
  hits.restore(before);
  restoreHits(deps).catch(onError);
  let inForce = "";
  let nextMs = 0;
  let droppedMinute = 0;

  const open = (minute: number): HistoryMinute => {
    const {
      fromMs: _,
      threshold,
      ...seconds
    } = kept.seconds(minute * MINUTE_SECONDS, (minute + 1) * MINUTE_SECONDS);
    return {
      minute,
      ...seconds,
      // What the event loop can bear varies in each second, by nothing that anybody would see.
      threshold: threshold.map((one) => (one === null ? null : Number(one.toFixed(3)))),
      mix: packSteps(minute, kept.mixStep),
      ...hits.minute(minute),
      moments: moments.filter(({ atMs }) => Math.floor(atMs / MINUTE_MS) === minute),
    };
  };
  const storeChanged = async (): Promise<void> => {
    moments.push(await kept.moment());
    const newest = Math.floor(nowMs() / MINUTE_MS);
    const oldest = newest - OPEN_MINUTES + 1;
    while (moments[0] !== undefined && moments[0].atMs < oldest * MINUTE_MS) moments.shift();
    for (const minute of written.keys()) if (minute < oldest) written.delete(minute);
    const changed = Array.from({ length: OPEN_MINUTES }, (_, at) => open(oldest + at))
      .filter((one) => written.has(one.minute) || hasSomething(one))
      .map(toStored)
      .filter(({ minute, facts }) => written.get(minute) !== facts);
    await store.put(changed);
    for (const { minute, facts } of changed) written.set(minute, facts);
    // Once an hour is often enough for what is kept for days.
    if (newest < droppedMinute + 60) return;
    await store.drop(newest - keepDays * DAY_MINUTES);
    droppedMinute = newest;
  };
  /** One after the other. */
  let last: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    const next = last.then(storeChanged);
    last = next.catch(() => undefined);
    return next;
  };
  const tick = (): void => {
    const holds = kept.inForce();
    if (nowMs() < nextMs && holds === inForce) return;
    inForce = holds;
    nextMs = nowMs() + MOMENT_EVERY_MS;
    flush().catch(onError);
  };
  const timer = setInterval(tick, SECOND_MS);
  return {
    flush,
    stop: async () => {
      clearInterval(timer);
      await flush().catch(onError);
    },
  };
}

/** A minute in which no origin ran has something where isolates have reported of it since. */
function hasSomething({ moments, threshold, mix, pages }: HistoryMinute): boolean {
  const isCounted = [threshold, mix].some((entries) => entries.some((entry) => entry !== null));
  return isCounted || moments.length > 0 || pages > 0;
}

/** The hits of the last day but for the minutes that are known at the start, a little at a time. */
async function restoreHits({ store, hits, nowMs, before }: HistoryDeps): Promise<void> {
  const until = before[0]?.minute ?? Math.floor(nowMs() / MINUTE_MS);
  for (let from = until - HITS_MINUTES; from < until; from += READ_MINUTES) {
    const minutes = await store.between(from, Math.min(until, from + READ_MINUTES));
    hits.restore(fromStored(minutes));
  }
}
