/**
 * Rolls up the newest events, and reads what visitors did on their clusters' pages, now and at the last
 * cycle.
 */
import { isHeldOut } from "@spillway/shared/routing/holdout.ts";
import { itemWindowStart, rollUpEngagement } from "../../engagement/roll-up.ts";
import type { Database } from "@spillway/store/database.ts";
import { hasEngagedEvents, itemEngagementSince } from "@spillway/store/events/engagement.ts";
import { currentRouting } from "@spillway/store/operators/routing.ts";
import type { Engaged } from "@spillway/model/pages/cluster-lifts.ts";

export type EngagementUpdate = {
  /** Whether anything came in. */
  readonly hasGrown: boolean;
  /** The first day that counts. */
  readonly fromDay: number;
  readonly read: () => Engaged;
};

/** `seqOfItem` returns undefined for an item that the catalogue does not know. */
export function updateEngagement(
  database: Database,
  seqOfItem: (id: string) => number | undefined,
  nowMs: number,
): EngagementUpdate {
  const fromDay = itemWindowStart(nowMs);
  const readEngagement = () => itemEngagementSince(database, fromDay);
  if (!hasEngagedEvents(database)) {
    const read = (): Engaged => {
      const now = readEngagement();
      return { before: now, now };
    };
    return { hasGrown: false, fromDay, read };
  }
  const holdout = currentRouting(database)?.routing.holdout;
  const before = readEngagement();
  const context = {
    seqOfItem,
    isHeldOut: (user: string) => holdout !== undefined && isHeldOut(holdout, user),
  };
  rollUpEngagement(database, context, nowMs);
  return { hasGrown: true, fromDay, read: () => ({ before, now: readEngagement() }) };
}
