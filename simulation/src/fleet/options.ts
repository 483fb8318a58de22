/** The simulated fleet: what is assumed, and where the figures come from. */

export type FleetOptions = {
  readonly seed: number;
  /** T: individually personalized responses a second, of the whole origin. */
  readonly thresholdPerSec: number;
  /** Cities with a data centre. Cloudflare names 330 (2026). */
  readonly locations: number;
  /** Exponent of Zipf's law over the locations' traffic. */
  readonly zipf: number;
  /** One way between a location and the origin, drawn uniformly for each location. */
  readonly leastTripMs: number;
  readonly mostTripMs: number;
  /** Each trip is drawn anew; this is its standard deviation as a share of the location's mean. */
  readonly tripJitter: number;
  /** Requests a second that one isolate takes before the platform starts another. */
  readonly isolatePerSec: number;
  /** An isolate without requests for this long is evicted. */
  readonly idleEvictS: number;
  /** Origin processes behind one load balancer, T/m each. */
  readonly originInstances: number;
  /** Time of an individual answer at the origin: a fixed part, and an exponential one. */
  readonly serviceLeastMs: number;
  readonly serviceMeanMs: number;
  /** Individual answers a second that one instance can make, of its threshold: more waits in line. */
  readonly capacityOfThreshold: number;
  /** `deadline_ms` in routing.toml. */
  readonly deadlineMs: number;
  /** `COLD_LIMIT` as `wrangler.toml` has it, each second on its own; what one isolate counts, the others see after `coldLagMs`. */
  readonly coldLimit: number;
  readonly coldPeriodMs: number;
  readonly coldLagMs: number;
  /** Clusters, and their Zipf exponent; a new index in the middle of the run renames this share of them. */
  readonly clusters: number;
  readonly renamedShare: number;
  /** KV: a location sees a write after up to this long; a read that finds nothing in the isolate's memory takes this long. */
  readonly kvStaleS: number;
  readonly kvReadMs: number;
  /** Read cycle of the isolates. */
  readonly readCycleS: number;
};

export const DEFAULT_FLEET: FleetOptions = {
  seed: 1,
  thresholdPerSec: 1000,
  locations: 300,
  zipf: 1,
  leastTripMs: 5,
  mostTripMs: 80,
  tripJitter: 0.1,
  isolatePerSec: 50,
  idleEvictS: 30,
  originInstances: 1,
  serviceLeastMs: 2,
  serviceMeanMs: 6,
  capacityOfThreshold: 1.25,
  deadlineMs: 250,
  coldLimit: 2,
  coldPeriodMs: 1000,
  coldLagMs: 20,
  clusters: 440,
  renamedShare: 0.05,
  kvStaleS: 60,
  kvReadMs: 15,
  readCycleS: 30,
};
