/**
 * The effect of personalization: all visitors who are not held out against all who are, whatever page each
 * then got (intention to treat). Only these two groups were drawn at random. Visitors who get a cluster's
 * page, or who come at a busy hour, differ from others in more than the page. Pure.
 */
import { isHeldOut } from "@spillway/shared/routing/holdout.ts";
import type { HoldoutSince } from "@spillway/shared/routing/holdout.ts";
import type { UserEngagement } from "@spillway/shared/protocol/engagement.ts";
import { liftByUser, noUsers, withUser, type UserSums } from "./intervals.ts";

export type HoldoutLift = HoldoutSince & {
  readonly lift: NonNullable<ReturnType<typeof liftByUser>> | null;
  readonly heldOutUsers: number;
  readonly otherUsers: number;
};

export function holdoutLift(since: HoldoutSince, users: Iterable<UserEngagement>): HoldoutLift {
  let [heldOut, others]: [UserSums, UserSums] = [noUsers, noUsers];
  for (const { user, impressions, plays } of users) {
    if (isHeldOut(since.holdout, user)) heldOut = withUser(heldOut, plays, impressions);
    else others = withUser(others, plays, impressions);
  }
  return {
    ...since,
    lift: liftByUser(others, heldOut) ?? null,
    heldOutUsers: heldOut.users,
    otherUsers: others.users,
  };
}
