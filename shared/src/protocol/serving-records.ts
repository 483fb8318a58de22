/** The interface for reading the serving log: the origin implements it, and the reports use it. */

export type RecordVisitor = (
  /** The user's hash in two halves, because a JavaScript number cannot hold 64 bits. */
  userHigh: number,
  userLow: number,
  minute: number,
  as: number,
  reason: number,
  calls: number,
  context: number,
  cluster: number,
  country: number,
  network: number,
  agent: number,
) => void;

export type ServingLogReader = {
  /** Visits every record of one UTC day (days since 1970), in no particular order. */
  readonly eachOfDay: (day: number, visit: RecordVisitor) => void;
  /** Days that have records, ascending. */
  readonly days: () => number[];
  /** Compares what the isolates that reported between these times have counted with what arrived. */
  readonly gaps: (fromMs: number, toMs: number) => ServingGaps;
  /** The names, by the numbers that records contain. */
  readonly names: () => ReadonlyMap<number, string>;
  readonly networks: () => ReadonlyMap<number, string>;
  readonly close: () => void;
};

export type ServingGaps = {
  readonly isolates: number;
  /** The sum of the isolates' running totals since each of them started. */
  readonly callsCounted: number;
  readonly callsArrived: number;
  /** How many of the missing calls the isolates themselves reported as lost. */
  readonly callsLost: number;
};
