/**
 * Candidate carousels of an instant, remembered for a while: made behind a response where somebody asks for
 * them in time, so that hardly any request waits the few milliseconds that they take. Pure.
 */
import {
  carouselsAt,
  factorsAt,
  MAX_BYTE_CAROUSELS,
  withOwnTable,
  type PreparedContext,
} from "../pages/candidate-carousels.ts";
import type { CarouselPlan } from "../pages/carousel-plan.ts";

type Contexts = ReadonlyMap<string, PreparedContext>;

export type RememberedContexts = {
  readonly at: (nowMs: number) => Contexts;
  readonly isDue: (nowMs: number) => boolean;
  readonly prepareAhead: (nowMs: number) => void;
  readonly bytes: () => number;
  /** The most that `bytes` can be. */
  readonly mostBytes: number;
};

/** Freshness changes slowly. The origin's own answers are as exact (serving/snapshot/snapshot-data.ts). */
const REMEMBER_MS = 60_000;
/** What follows is made so long before it is needed. */
const AHEAD_MS = 20_000;

/** Right from `fromMs` to `untilMs`; no item comes or goes before `changesMs`. */
type Remembered = {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly changesMs: number;
  readonly contexts: Contexts;
};

export function rememberContexts(plan: CarouselPlan): RememberedContexts {
  /** The newest first. One is in use, the other comes next. */
  let remembered: readonly Remembered[] = [];
  const find = (nowMs: number): Remembered | undefined =>
    remembered.find(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
  const make = (nowMs: number): Remembered => {
    const same = remembered.find(({ fromMs, changesMs }) => fromMs <= nowMs && nowMs < changesMs);
    const changesMs = same?.changesMs ?? nextChangeMs(plan, nowMs);
    const made = {
      fromMs: nowMs,
      untilMs: Math.min(nowMs + REMEMBER_MS, changesMs),
      changesMs,
      contexts: same === undefined ? contextsAt(plan, nowMs) : withFactors(same.contexts, plan, nowMs),
    };
    remembered = [made, ...remembered.slice(0, 1)];
    return made;
  };
  const isDue = (nowMs: number): boolean => {
    const current = find(nowMs);
    if (current === undefined) return true;
    return current.untilMs - nowMs < AHEAD_MS && find(current.untilMs) === undefined;
  };
  return {
    isDue,
    at: (nowMs) => (find(nowMs) ?? make(nowMs)).contexts,
    prepareAhead: (nowMs) => {
      const { untilMs } = find(nowMs) ?? make(nowMs);
      if (isDue(nowMs)) make(untilMs);
    },
    bytes: () => bytesOf(remembered),
    mostBytes: 2 * mostBytesOf(plan),
  };
}

function contextsAt(plan: CarouselPlan, nowMs: number): Contexts {
  return new Map(carouselsAt(plan, nowMs).map((context) => [context.context, withOwnTable(context)]));
}

function withFactors(contexts: Contexts, plan: CarouselPlan, nowMs: number): Contexts {
  const factors = factorsAt(plan, nowMs);
  return new Map(Array.from(contexts, ([name, context]) => [name, { ...context, factors }]));
}

/** The next instant at which some item, or its place in some carousel, comes or goes. */
function nextChangeMs(plan: CarouselPlan, nowMs: number): number {
  let next = Infinity;
  const { availableFromMs, availableUntilMs, windowFromMs, windowUntilMs } = plan;
  for (const times of [availableFromMs, availableUntilMs, windowFromMs, windowUntilMs]) {
    for (let at = 0; at < times.length; at += 1) {
      const ms = times[at]!;
      if (ms > nowMs && ms < next) next = ms;
    }
  }
  return next;
}

/** Of one instant at which every item may be shown. */
function mostBytesOf({ carousels, contexts, members, matches }: CarouselPlan): number {
  const counts = new Uint32Array(carousels.length);
  for (const carousel of members) counts[carousel]! += 1;
  const rows = matches.length;
  // Factors, and the rows of each carousel, which contexts share; where one has nothing else, all rows.
  const shared = 4 * rows + 4 * members.length + 4 * rows;
  return contexts.reduce((sum, { carousels: own }) => {
    const inContext = own.reduce((total, carousel) => total + counts[carousel]!, 0);
    const numberBytes = own.length <= MAX_BYTE_CAROUSELS ? 1 : 2;
    const table = 4 * (rows + 1) + numberBytes * Math.max(inContext, rows) + 4 * ((rows + 31) >>> 5);
    return sum + table + 4 * (own.length + 1);
  }, shared);
}

function bytesOf(remembered: readonly Remembered[]): number {
  const arrays = new Set<ArrayBufferView>();
  for (const { contexts } of remembered) {
    for (const { factors, table, numbers } of contexts.values()) {
      const { starts, carousels, standing, rows } = table;
      for (const array of [factors, starts, carousels, standing, numbers, ...rows]) arrays.add(array);
    }
  }
  return Array.from(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);
}
