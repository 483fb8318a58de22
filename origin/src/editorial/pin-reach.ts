/** How many requests a pin is for, estimated from the sample of decision tuples. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import { compileCondition, matches } from "@spillway/shared/routing/condition.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { SIGNAL_NAMES } from "@spillway/shared/signals/signals.ts";

export type PinReach =
  | {
      readonly kind: "estimate";
      /** Of the requests for the pin's contexts, those of its audience; 0 to 1. */
      readonly share: number;
      /** Of the same, those of which the sample can't tell, since rare values are folded in it. */
      readonly untold: number;
      /** Requests for the pin's contexts, in the time of the sample. */
      readonly requests: number;
    }
  | { readonly kind: "unknown"; readonly reason: string };

/** Between two turns of the event loop, so that other requests wait a few milliseconds. */
const TUPLES_AT_ONCE = 100;
const COMPARISONS_AT_ONCE = 20_000;

/** One pass over the sample for all pins, which lets other requests in between. */
export async function pinReaches(
  pins: readonly Pin[],
  tuples: AsyncIterable<DecisionTuple> | Iterable<DecisionTuple>,
): Promise<ReadonlyMap<string, PinReach>> {
  const counted = pins.map((pin) => ({
    pin,
    condition: compileCondition(pin.when ?? {}),
    names: SIGNAL_NAMES.filter((name) => pin.when?.[name] !== undefined),
    contexts: new Set(pin.contexts),
    requests: 0,
    reached: 0,
    untold: 0,
  }));
  const tuplesAtOnce = Math.min(TUPLES_AT_ONCE, Math.ceil(COMPARISONS_AT_ONCE / Math.max(1, pins.length)));
  let read = 0;
  for await (const { context, signals, weight, folded = [] } of tuples) {
    read += 1;
    if (read % tuplesAtOnce === 0) await new Promise(setImmediate);
    for (const one of counted) {
      if (!one.contexts.has(context)) continue;
      one.requests += weight;
      if (one.names.some((name) => folded.includes(name))) one.untold += weight;
      else if (matches(one.condition, signals)) one.reached += weight;
    }
  }
  return new Map(
    counted.map(({ pin, requests, reached, untold }) => [
      pin.id,
      requests === 0
        ? { kind: "unknown", reason: `the sample has no request for ${pin.contexts.join(", ")}` }
        : { kind: "estimate", share: reached / requests, untold: untold / requests, requests },
    ]),
  );
}

const NO_SAMPLE: PinReach = { kind: "unknown", reason: "there is no sample" };

/** The sample of so many days is read. */
const DAYS = 7;
const DAY_MS = 86_400_000;
/** A console asks often, and the sample grows slowly. */
const REMEMBERED_MS = 300_000;

export type ReachReader = (
  pins: readonly Pin[],
  nowMs: number,
) => Promise<Readonly<Record<string, PinReach>>>;

/**
 * Reads the reach of pins from the sample of the last days, and remembers that of the pins asked for last.
 */
export function createReachReader(samples: OperatorStore["samples"]): ReachReader {
  let known:
    | { readonly key: string; readonly untilMs: number; readonly reach: ReturnType<ReachReader> }
    | undefined;
  const read = async (pins: readonly Pin[], nowMs: number) => {
    const isSampled = (await samples.days()).length > 0;
    const reaches = isSampled
      ? await pinReaches(pins, samples.tuples(nowMs - DAYS * DAY_MS, nowMs + DAY_MS))
      : undefined;
    return Object.fromEntries(pins.map(({ id }) => [id, reaches?.get(id) ?? NO_SAMPLE]));
  };
  return (pins, nowMs) => {
    const key = JSON.stringify(pins);
    if (known?.key === key && nowMs < known.untilMs) return known.reach;
    const reach = read(pins, nowMs);
    known = { key, untilMs: nowMs + REMEMBERED_MS, reach };
    // A failed read is not remembered.
    reach.catch(() => (known = undefined));
    return reach;
  };
}
