/** What a reader of the serving log offers: the origin implements it, reports add it up. */

export type RecordVisitor = (
  /** The user's hash in two halves: 64 bits are no number. */
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
  /** Every record of one UTC day (days since 1970), in no particular order. */
  readonly eachOfDay: (day: number, visit: RecordVisitor) => void;
  /** Days that have records, ascending. */
  readonly days: () => number[];
  /** What the isolates that reported between these times have counted, and what of it arrived. */
  readonly gaps: (fromMs: number, toMs: number) => ServingGaps;
  /** By number, as records have them. */
  readonly names: () => ReadonlyMap<number, string>;
  readonly networks: () => ReadonlyMap<number, string>;
  readonly close: () => void;
};

export type ServingGaps = {
  readonly isolates: number;
  /** By their running totals, since each of them started. */
  readonly callsCounted: number;
  readonly callsArrived: number;
  /** Of those missing, what an isolate could not keep or hand over, and said so. */
  readonly callsLost: number;
};
