/**
 * Rolls up the newest events, and reads what visitors did on their clusters' pages, now and at the last
 * cycle.
 */
import { isHeldOut } from "@spillway/shared/routing/holdout.ts";
import { itemWindowStart, rollUpEngagement } from "../../engagement/roll-up.ts";
import type { Database } from "@spillway/store/database.ts";
import { itemEngagementSince } from "@spillway/store/events/engagement.ts";
import { currentRouting } from "@spillway/store/operators/routing.ts";
import type { Engaged } from "@spillway/model/pages/cluster-lifts.ts";

/** `seqOfItem` returns undefined for an item that the catalogue does not know. */
export function updateEngagement(
  database: Database,
  seqOfItem: (id: string) => number | undefined,
  nowMs: number,
): Engaged {
  const readEngagement = () => itemEngagementSince(database, itemWindowStart(nowMs));
  const holdout = currentRouting(database)?.routing.holdout;
  const before = readEngagement();
  const context = {
    seqOfItem,
    isHeldOut: (user: string) => holdout !== undefined && isHeldOut(holdout, user),
  };
  const added = rollUpEngagement(database, context, nowMs);
  return { before, now: added === 0 ? before : readEngagement() };
}
