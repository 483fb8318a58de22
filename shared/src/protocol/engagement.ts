/** Engagement as the store adds it up and reports read it. */

/** What became of what an event claims of its page. */
export const ATTRIBUTIONS = ["verified", "plausible", "contradicted", "unknown"] as const;

/** One row of the sums; `''` and -1 where the events do not say. `holdout` is 0 or 1. */
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
  /** All of them; `progress` is in no other count. */
  readonly events: number;
  readonly impressions: number;
  readonly clicks: number;
  readonly plays: number;
  readonly completes: number;
};

export type EngagementRow = EngagementKey & EngagementCounts;

export type UserEngagement = {
  readonly user: string;
  readonly impressions: number;
  readonly plays: number;
};
