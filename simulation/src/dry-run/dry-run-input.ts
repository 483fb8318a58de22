/** What a dry run compares, and by which clusters. */
import type { Signals } from "@spillway/shared/signals/signals.ts";
import type { DryRouting } from "./decide.ts";

/** The cluster that the index assigns; undefined where there is no index. */
export type AssignCluster = ((signals: Signals) => string) | undefined;

export type DryRunInput = {
  /** Undefined: what was recorded stands for the rules before. */
  readonly before: DryRouting | undefined;
  readonly after: DryRouting;
  readonly assign: AssignCluster;
  /**
   * The instant (UTC minutes since 1970) at which all tuples are taken to have come; undefined: at their own.
   */
  readonly atMinute: number | undefined;
};
