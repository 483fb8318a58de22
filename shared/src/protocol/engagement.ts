/** Engagement counts, as the store sums them up and the reports read them. */

/** What the check of an event's claim about its page has shown. */
export const ATTRIBUTIONS = ["verified", "plausible", "contradicted", "unknown"] as const;

/** The key of one sum. `''` and -1 mean that the events do not say. `holdout` is 0 or 1. */
export type EngagementKey = {
  readonly day: number;
  readonly servedAs: string;
  readonly cluster: string;
  readonly generation: number;
  readonly context: string;
  readonly attribution: string;
  readonly reason: string;
  readonly holdout: number;
};

export type EngagementCounts = {
  /** The number of all events. `progress` events are in no other count. */
  readonly events: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly plays: number;
  readonly completes: number;
  /** "Not interested". */
  readonly hides: number;
};

export type EngagementRow = EngagementKey & EngagementCounts;

export type UserEngagement = {
  readonly user: string;
  readonly impressions: number;
  readonly plays: number;
};
