/** Which profiles weigh in training, as conditions in SQL on a row of `profiles`. */
import { VISIT_GAP_MS } from "@spillway/model/profile/fold.ts";
import { ENTRY_BYTES } from "@spillway/model/profile/history.ts";

/**
 * Whether the id came back after the pause that ends a visit. Where the arrival is not known, the visits
 * decide, which go by the clients' clocks.
 */
export const CAME_BACK = `CASE WHEN profiles.arrived_ms IS NULL THEN profiles.visits > 1
  ELSE profiles.seen_ms - profiles.arrived_ms > ${VISIT_GAP_MS} END`;

/**
 * What was imported weighs. An id that events alone tell of weighs once it came back; before that only when
 * something speaks for it, and when it did more than one thing.
 */
export const WEIGHS = `(profiles.source <> 'events' OR ${CAME_BACK}
  OR (profiles.proof IS NOT 'none' AND length(profiles.history) > ${ENTRY_BYTES}))`;

/** Whether the profile is within the share of its network. */
export const WITHIN_NETWORK = `(profiles.network IS NULL OR NOT EXISTS (SELECT 1 FROM network_caps
  WHERE network_caps.network = profiles.network AND profiles.rowid > network_caps.last_rowid))`;
