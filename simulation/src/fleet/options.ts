/** The options of the simulated fleet: the assumptions, and the sources of the figures. */
import { ASSUMED_ANSWER_MS, DEFAULT_MAX_IN_FLIGHT } from "@spillway/shared/admission/capacity.ts";
import { COLD_UNITS } from "@spillway/shared/admission/cold-limit.ts";
import type { ViewerShares } from "./viewers.ts";

export type FleetOptions = {
  readonly seed: number;
  /** T: individually personalized responses a second of the whole origin. */
  readonly thresholdPerSec: number;
  /** Cities with a data centre. Cloudflare names 330 (2026). */
  readonly locations: number;
  /** Exponent of Zipf's law over the locations' traffic. */
  readonly zipf: number;
  /** Bounds of the one-way time between a location and the origin, drawn uniformly for each location. */
  readonly leastTripMs: number;
  readonly mostTripMs: number;
  /** Standard deviation of a trip, as a share of the location's mean. It is drawn for each trip. */
  readonly tripJitter: number;
  /** Requests a second that one isolate accepts before the platform starts another. */
  readonly isolatePerSec: number;
  /** An isolate without requests for this long is evicted. */
  readonly idleEvictS: number;
  /** Origin processes behind one load balancer, with T/m each. */
  readonly originInstances: number;
  /** `MAX_IN_FLIGHT` of each. */
  readonly maxInFlight: number;
  /** Time of an individual answer at the origin: a fixed part, and the mean with an exponential part. */
  readonly serviceLeastMs: number;
  readonly serviceMeanMs: number;
  /**
   * Individual answers a second that one instance can compute, as a multiple of its threshold. Further ones
   * wait.
   */
  readonly capacityOfThreshold: number;
  /** `deadline_ms` in routing.toml. */
  readonly deadlineMs: number;
  /** `COLD_LIMIT` as in `wrangler.toml`, for each key. Other isolates see a count after `coldLagMs`. */
  readonly coldLimit: number;
  readonly coldPeriodMs: number;
  readonly coldLagMs: number;
  /** The number of clusters, and the share of them that a new index renames in the middle of the run. */
  readonly clusters: number;
  readonly renamedShare: number;
  /** The longest time until a location sees a KV write, and the mean time of a KV read. */
  readonly kvStaleS: number;
  readonly kvReadMs: number;
  /** `KV_DEADLINE_MS`: how long a page may be read after the origin's deadline. */
  readonly kvDeadlineMs: number;
  /** Read cycle of the isolates. */
  readonly readCycleS: number;
  /** How long after its first request an isolate has its packs. */
  readonly packsReadMs: number;
  /** Who visits. Undefined: nobody is told apart, and nobody gets a tailored page. */
  readonly viewers: ViewerShares | undefined;
  /** Whether the spike is expected: an armed window stands around its begin. */
  readonly armed: boolean;
  /** False: an isolate gives its share to whoever comes. */
  readonly ordersClaims: boolean;
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
  maxInFlight: DEFAULT_MAX_IN_FLIGHT,
  serviceLeastMs: 2,
  serviceMeanMs: ASSUMED_ANSWER_MS,
  capacityOfThreshold: 1.25,
  deadlineMs: 250,
  coldLimit: COLD_UNITS,
  coldPeriodMs: 10_000,
  coldLagMs: 20,
  clusters: 440,
  renamedShare: 0.05,
  kvStaleS: 60,
  kvReadMs: 15,
  kvDeadlineMs: 40,
  readCycleS: 30,
  packsReadMs: 50,
  viewers: undefined,
  armed: false,
  ordersClaims: true,
};
