/** The scenarios: load, threshold and state of the origin over time. */

export type Scenario = {
  readonly name: string;
  readonly about: string;
  readonly durationS: number;
  /** Requests a second in T; constant within each 10 ms. */
  readonly loadAt: (atS: number) => number;
  /** The threshold as a multiple of the run's T. */
  readonly thresholdAt: (atS: number) => number;
  readonly originUpAt: (atS: number) => boolean;
  /** The capacity as a multiple of that at the start, as an autoscaler changes it. When absent, it is 1. */
  readonly capacityAt?: (atS: number) => number;
  /** The spike, if there is one. */
  readonly wall?: { readonly fromS: number; readonly toS: number };
  /** The outage, if there is one. */
  readonly outage?: { readonly fromS: number; readonly toS: number };
};

export const SCENARIO_NAMES = ["kickoff", "wicket", "ramp", "flap", "origin-down", "band-change"] as const;
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

export type Shape = {
  /** Load before and after the spike, in T. */
  readonly base: number;
  /** Load of the spike, in T. */
  readonly peak: number;
};

const always = () => 1;
const up = () => true;

export function scenario(name: ScenarioName, { base, peak }: Shape): Scenario {
  const step = (fromS: number, toS: number) => (atS: number) => (atS >= fromS && atS < toS ? peak : base);
  switch (name) {
    case "kickoff":
      return {
        name,
        about: `${base} T, then ${peak} T within one step for 30 s, then ${base} T`,
        durationS: 60,
        loadAt: step(15, 45),
        thresholdAt: always,
        originUpAt: up,
        wall: { fromS: 15, toS: 45 },
      };
    case "wicket":
      // Few viewers are on the homepage while everybody watches. When the innings is over, all return there
      // within four seconds.
      return {
        name,
        about: `${(base / 5).toFixed(2)} T while everybody watches, then ${peak} T within 4 s, falling off over 40 s`,
        durationS: 90,
        loadAt: (atS) => {
          if (atS < 15) return base / 5;
          if (atS < 19) return base / 5 + ((peak - base / 5) * (atS - 15)) / 4;
          if (atS < 60) return Math.max(base, peak * Math.exp(-(atS - 19) / 8));
          return base;
        },
        thresholdAt: always,
        originUpAt: up,
        // The wall is as long as the load is over the threshold.
        wall: { fromS: 15, toS: Math.min(60, 19 + 8 * Math.log(peak)) },
      };
    case "ramp":
      return {
        name,
        about: `from ${base} T to ${peak} T within 60 s, exponentially, and back`,
        durationS: 150,
        loadAt: (atS) => {
          const way = atS < 15 ? 0 : atS < 75 ? (atS - 15) / 60 : atS < 135 ? (135 - atS) / 60 : 0;
          return base * (peak / base) ** way;
        },
        thresholdAt: always,
        originUpAt: up,
        wall: rampWall(base, peak),
      };
    case "flap":
      return {
        name,
        about: `${peak} T and ${base} T by turns, ten seconds each`,
        durationS: 95,
        loadAt: (atS) => (atS >= 15 && atS < 85 && Math.floor((atS - 15) / 10) % 2 === 0 ? peak : base),
        thresholdAt: always,
        originUpAt: up,
        wall: { fromS: 15, toS: 85 },
      };
    case "origin-down":
      return {
        name,
        about: `${base} T; the origin is gone for a minute`,
        durationS: 100,
        loadAt: () => base,
        thresholdAt: always,
        originUpAt: (atS) => atS < 15 || atS >= 75,
        outage: { fromS: 15, toS: 75 },
      };
    case "band-change":
      return {
        name,
        about: `the kick-off, with the threshold halved 10 s into the spike and doubled another 10 s later`,
        durationS: 60,
        loadAt: step(15, 45),
        thresholdAt: (atS) => (atS >= 25 && atS < 35 ? 0.5 : 1),
        originUpAt: up,
        wall: { fromS: 15, toS: 45 },
      };
  }
}

/** The time during which the ramp is over the threshold. */
function rampWall(base: number, peak: number): { fromS: number; toS: number } {
  const way = base >= 1 ? 0 : Math.log(1 / base) / Math.log(peak / base);
  return { fromS: 15 + 60 * way, toS: 135 - 60 * way };
}
