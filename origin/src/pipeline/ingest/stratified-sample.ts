/**
 * A sample of profiles in the order of arrival, stratified by how much their histories hold: of each stratum the
 * same share, evenly spread, so that the few with long histories are not left to chance. Pure.
 */
import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";

const STRATA = 33;

/** Each stratum begins with half a member to its credit. It is the same for the same profiles. */
export function stratifiedSample(share: number): (historyBytes: number) => boolean {
  const credit = new Float64Array(STRATA).fill(0.5);
  return (historyBytes) => {
    if (share >= 1) return true;
    // Strata double: none, 1, 2 to 3, 4 to 7 … entries.
    const stratum = 32 - Math.clz32(Math.floor(historyBytes / ENTRY_BYTES));
    credit[stratum]! += share;
    if (credit[stratum]! < 1) return false;
    credit[stratum]! -= 1;
    return true;
  };
}
