/** A token bucket, slot by slot instead of call by call: how many of each slot's calls it grants. */
import { gateDepth } from "@spillway/shared/admission/gate.ts";

/**
 * Tokens at the slot's start, plus what flows in during it, minus what is granted; what is left is kept up to
 * `gateDepth`. Calls come evenly within a slot, so this is what `TokenBucket` grants but for the order within the slot.
 *
 * @param calls by slot
 * @param threshold of each slot: calls a slot, may change from slot to slot (bands)
 */
export function slotQuotas(calls: Uint32Array, threshold: (slot: number) => number): Uint32Array {
  let kept = gateDepth(threshold(0));
  return calls.map((asked, slot) => {
    const perSlot = threshold(slot);
    const tokens = Math.min(kept, gateDepth(perSlot)) + perSlot;
    const granted = Math.min(asked, Math.floor(tokens));
    kept = tokens - granted;
    return granted;
  });
}
