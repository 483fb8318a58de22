/** What a span of time used, as the origin knows it. */

export type Usage = {
  readonly fromMs: number;
  readonly untilMs: number;
  /** How much of this time there was anything to measure in: less where nothing was served before, or it is not over. */
  readonly measuredMs: number;
  /** From the serving log. */
  readonly pages: number;
  readonly individual: number;
  readonly tailored: number;
  /** Posted batches of events. */
  readonly eventPosts: number;
  /** Calls that isolates counted and that never arrived, of the isolates that reported in this time. */
  readonly callsMissing: number;
  /** Pages by minute, from `fromMs` on. */
  readonly pagesByMinute: ArrayLike<number>;
  readonly isolates: number;
  /** From each isolate's first report to its last, added up. */
  readonly isolateSeconds: number;
  /** Minutes in which anybody was served since the origin could not be reached. */
  readonly awayMinutes: number;
  /** … counted once for each isolate. */
  readonly awayIsolateMinutes: number;
  /** Each page of each isolate once for every read cycle in which it was served: an estimate. */
  readonly pageReads: number;
  /** What isolates have counted themselves, and the calls of the reports that told of it. */
  readonly countedKvReads: { readonly reads: number; readonly calls: number };
  /** Keys that cycles and the viewer map wrote or deleted. */
  readonly kvWrites: number;
  /** Those of them that the very first cycle wrote: no other day has them. */
  readonly firstKvWrites: number;
  /** Of pages and of the viewer map. */
  readonly storedBytes: number;
  /** Messages of the serving log. */
  readonly servingMessages: number;
  readonly deadLetters: number;
};

/** The edge's READ_CYCLE_MS by default. */
export const READ_CYCLE_S = 30;
