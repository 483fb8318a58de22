/** The flags that describe a fleet, and the fleet that they describe. */
import { DEFAULT_FLEET, type FleetOptions } from "@spillway/simulation/fleet/options.ts";
import type { ViewerShares } from "@spillway/simulation/fleet/viewers.ts";
import type { ScenarioName } from "@spillway/simulation/fleet/scenario.ts";

export type FleetFlags = {
  readonly scenario: ScenarioName | "trace" | "day";
  readonly trace?: string;
  readonly scale?: number;
  readonly speed?: number;
  readonly seed: number;
  readonly threshold: number;
  readonly base: number;
  readonly peak: number;
  readonly locations: number;
  readonly isolateRate: number;
  readonly origins: number;
  readonly inFlight: number;
  readonly deadline: number;
  readonly armed?: true;
  readonly viewers?: ViewerShares;
  readonly json?: true;
  readonly html?: string;
};

export function optionsOf(flags: FleetFlags): FleetOptions {
  return {
    ...DEFAULT_FLEET,
    seed: flags.seed,
    thresholdPerSec: flags.threshold,
    locations: flags.locations,
    isolatePerSec: flags.isolateRate,
    originInstances: flags.origins,
    maxInFlight: flags.inFlight,
    deadlineMs: flags.deadline,
    armed: flags.armed === true,
    viewers: flags.viewers,
  };
}
