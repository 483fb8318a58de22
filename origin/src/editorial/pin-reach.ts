/** How many requests a pin is for, estimated from the sample of decision tuples. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import { compileCondition, matches } from "@spillway/shared/routing/condition.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
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

/** Between two turns of the event loop: some milliseconds. */
const TUPLES_AT_ONCE = 2000;

/** One pass over the sample for all pins, which lets other requests in between. */
export async function pinReaches(
  pins: readonly Pin[],
  tuples: Iterable<DecisionTuple>,
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
  let read = 0;
  for (const { context, signals, weight, folded = [] } of tuples) {
    read += 1;
    if (read % TUPLES_AT_ONCE === 0) await new Promise(setImmediate);
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

export const NO_SAMPLE: PinReach = { kind: "unknown", reason: "there is no sample" };
