/** The live rehearsal: what it is told, and what it tells. */

export type LiveOptions = {
  /** T: individually personalized responses a second, in all bands. */
  readonly thresholdPerSec: number;
  /** Miniflare instances, each an isolate of a location of its own. */
  readonly isolates: number;
  /** Arrivals before and after the wall, in T. */
  readonly baseOfThreshold: number;
  /** Arrivals during the wall, in T. */
  readonly peakOfThreshold: number;
  readonly baseS: number;
  readonly wallS: number;
  readonly recoverS: number;
  readonly seed: number;
  /** `done` of `total`, in a unit of the phase's own. */
  readonly onProgress: (phase: string, done: number, total: number) => void;
};

/** Scaled down so that origin, isolates and generator fit on two cores; the whole takes under a minute. */
export const DEFAULT_LIVE: Omit<LiveOptions, "onProgress"> = {
  thresholdPerSec: 10,
  isolates: 6,
  baseOfThreshold: 0.5,
  peakOfThreshold: 100,
  baseS: 6,
  wallS: 12,
  recoverS: 7,
  seed: 1,
};

export type Check = {
  readonly promise: string;
  readonly measured: string;
  readonly ok: boolean;
};

/** One second of the run; responses are counted in the second of their arrival. */
export type SecondRow = {
  readonly second: number;
  readonly arrivals: number;
  readonly individual: number;
  /** Made at the edge for this viewer. */
  readonly tailored: number;
  /** The visitor's own cluster's page. */
  readonly cluster: number;
  /** The page of everybody, or the one that is bundled with the worker. */
  readonly generic: number;
  /** An ancestor's page, and whatever else came with a status below 500. */
  readonly other: number;
  /** Status 5xx, or no response. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The origin's own counters say so; between two polls the growth is spread evenly. */
  readonly originPersonalized: number;
  readonly originOffered: number;
};

export type LiveFigures = {
  readonly responses: number;
  readonly serverErrors: number;
  readonly transportErrors: number;
  readonly genericPages: number;
  /** Most individual answers between two polls at most a second apart. */
  readonly personalizedPeak1s: number;
  /**
   * Most admissions in any one second, as the gate itself counts; undefined where the origin has no such
   * gauge.
   */
  readonly admittedPeak1s: number | undefined;
  /** Requests for pages that reached the origin in its worst second of the run. */
  readonly originOfferedPeak1s: number;
  /** Latencies are from the intended send time to the last byte. */
  readonly wallP50Ms: number;
  readonly wallP99Ms: number;
  /** Infinite where the run ended before the recovery. */
  readonly recoveryS: number;
  readonly clientIndividual: number;
  readonly originIndividual: number;
  /** Pages for want of an answer in time; the origin may have made, and counted, the answer all the same. */
  readonly givenUp: number;
  readonly sendLagP99Ms: number;
  readonly longestPollMs: number;
};

export type LiveResult = LiveFigures & {
  readonly options: Omit<LiveOptions, "onProgress">;
  readonly checks: readonly Check[];
  readonly ok: boolean;
  /** False when the generator itself was late: its latencies then say nothing about Spillway. */
  readonly valid: boolean;
  readonly seconds: readonly SecondRow[];
  /** Real time of the whole run, with start and clean-up. */
  readonly elapsedS: number;
};
