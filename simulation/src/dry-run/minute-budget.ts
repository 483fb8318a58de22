/**
 * What the gate admits in one minute under other rules, and of whom: in the order of claims
 * (shared/src/admission/claim-order.ts), as far as a sample tells it. Pure.
 */
import { gateDepth } from "@spillway/shared/admission/gate.ts";
import { admittedOf, type MinuteShape, type ObservedMinute } from "./minute-shape.ts";

/**
 * Requests of one minute by who asks, in the order in which they are served: who spends no credit, viewers
 * whose state is known, strangers.
 */
export type PerAsker = readonly [bypass: number, known: number, stranger: number];

/** What was asked and admitted as it went. */
export type ObservedAskers = { readonly asked: PerAsker; readonly admitted: PerAsker };

export type Budget = {
  readonly admitted: number;
  /** The part of each that is admitted. */
  readonly rates: PerAsker;
};

const sum = ([bypass, known, stranger]: PerAsker): number => bypass + known + stranger;

/** The parts that were admitted; who was not there is taken for one of all. */
export function observedRates({ asked, admitted }: ObservedAskers): PerAsker {
  const all = sum(asked) === 0 ? 1 : sum(admitted) / sum(asked);
  const rate = (at: 0 | 1 | 2): number => (asked[at] === 0 ? all : admitted[at] / asked[at]);
  return [rate(0), rate(1), rate(2)];
}

/** `asks`: who asks under the rules in question. The gate is free where `thresholdPerSec` is undefined. */
export function budgetOf(
  asks: PerAsker,
  thresholdPerSec: number | undefined,
  observed: ObservedMinute,
  shape: MinuteShape,
  rates: PerAsker,
): Budget {
  const asked = sum(asks);
  if (asked === 0) return { admitted: 0, rates };
  if (thresholdPerSec === undefined) return { admitted: asked, rates: [1, 1, 1] };
  const admitted = Math.min(
    asked,
    // What a token bucket grants in any minute. A second's own limit is above that.
    60 * thresholdPerSec + gateDepth(thresholdPerSec),
    admittedNow(asked, thresholdPerSec, observed, shape),
  );
  return { admitted, rates: shared(asks, rates, admitted) };
}

/**
 * What the model says, corrected by how far it misses what was seen: of admissions where fewer are admitted
 * now, and of refusals where more are, so that a gate without limits admits all.
 */
function admittedNow(
  asked: number,
  thresholdPerSec: number,
  observed: ObservedMinute,
  shape: MinuteShape,
): number {
  if (observed.asked === 0) return admittedOf(even(asked), 1, thresholdPerSec);
  const factor = asked / observed.asked;
  const then = admittedOf(shape, 1, observed.thresholdPerSec);
  const now = admittedOf(shape, factor, thresholdPerSec);
  if (now < then * factor) return (observed.admitted / then) * now;
  const [refused, modelled] = [observed.asked - observed.admitted, observed.asked - then];
  const refusedNow =
    modelled > 1e-9 * observed.asked ? (refused / modelled) * (asked - now) : refused * factor;
  return Math.max(0, asked - refusedNow);
}

function even(asked: number): MinuteShape {
  return { highPart: 1, calmPerSec: asked / 60, highPerSec: asked / 60, isGuess: false };
}

/**
 * The rates as they were, then less for the last in the order or more for the first, until all is given out.
 */
function shared(asks: PerAsker, rates: PerAsker, admitted: number): PerAsker {
  const given = [asks[0] * rates[0], asks[1] * rates[1], asks[2] * rates[2]];
  let more = admitted - sum(given as unknown as PerAsker);
  const order = more > 0 ? [0, 1, 2] : [2, 1, 0];
  for (const at of order) {
    const change =
      more > 0 ? Math.min(more, (asks[at] ?? 0) - (given[at] ?? 0)) : Math.max(more, -(given[at] ?? 0));
    given[at] = (given[at] ?? 0) + change;
    more -= change;
  }
  const rate = (at: 0 | 1 | 2): number =>
    asks[at] === 0 ? rates[at] : Math.min(1, (given[at] ?? 0) / asks[at]);
  return [rate(0), rate(1), rate(2)];
}
