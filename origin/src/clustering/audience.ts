/**
 * The audience a tree is grown on: rows of signals and taste. Each user stands in it twice, as they are known today and
 * as the stranger they were on their first visit (or are again whenever the profile cookie is missing), with half their
 * weight each. So the tree also learns what to show to visitors of whom only the request is known, which is the common
 * case in a spike. Pure.
 */
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals.ts";

export type AudienceRow = {
  /** Number of the user; both rows of a user have the same. */
  readonly user: number;
  readonly signals: Signals;
  /** Share of traffic. */
  readonly weight: number;
  /** Offset of the user's sketch, or -1: a user without history counts as a member and tells nothing about taste. */
  readonly sketchAt: number;
};

/** A heavy user is still one person. */
const MAX_VISITS = 20;

export function rowsOfUser(user: number, signals: Signals, visits: number, sketchAt: number): AudienceRow[] {
  const weight = Math.min(MAX_VISITS, Math.max(1, visits));
  const cold: Signals = {
    ...signals,
    affinity: NO_SIGNALS.affinity,
    recency: NO_SIGNALS.recency,
    depth: NO_SIGNALS.depth,
  };
  const known =
    signals.depth !== cold.depth || signals.affinity !== cold.affinity || signals.recency !== cold.recency;
  if (!known) return [{ user, signals, weight, sketchAt }];
  return [
    { user, signals, weight: weight / 2, sketchAt },
    { user, signals: cold, weight: weight / 2, sketchAt },
  ];
}
