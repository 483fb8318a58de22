/**
 * A token bucket that works slot by slot instead of call by call: it computes how many of each slot's calls
 * are granted.
 */
import { gateDepth } from "@spillway/shared/admission/gate.ts";

/**
 * A slot has the tokens of its start and those that flow in during it, minus the granted ones. At most
 * `gateDepth` tokens are stored for the next slot. When calls come evenly within a slot, this grants as many
 * as `TokenBucket` does.
 *
 * @param calls the number of calls by slot
 * @param threshold returns the threshold of a slot in calls a slot; it may change between slots (bands)
 */
export function slotQuotas(calls: Uint32Array, threshold: (slot: number) => number): Uint32Array {
  let stored = gateDepth(threshold(0));
  return calls.map((asked, slot) => {
    const perSlot = threshold(slot);
    const tokens = Math.min(stored, gateDepth(perSlot)) + perSlot;
    const granted = Math.min(asked, Math.floor(tokens));
    stored = tokens - granted;
    return granted;
  });
}
