/** The input of the traffic report: calls from any source, passed to a sink that numbers their texts. */
import type { StringInterner } from "./string-interner.ts";

export type Method = "GET" | "POST";

/** One call, or `count` equal calls in the same second (or minute, when the source is not more precise). */
export type TrafficRecord = {
  readonly timeMs: number;
  /** Any stable text for the caller: an id, or the hash of one. */
  readonly user: string;
  /** An address, a prefix or the number of an autonomous system; empty when unknown. */
  readonly network: string;
  /** A User-Agent, or the name of a class (`tv`, `mobile`, …); empty when unknown. */
  readonly agent: string;
  /** Such as `homepage`, `movies`, `similar`, `search`, `events` or `playback`. */
  readonly category: string;
  readonly method: Method;
  readonly count: number;
};

/**
 * Accepts calls whose texts are already numbered. A source of tens of millions of rows numbers them straight
 * from bytes.
 */
export type TrafficSink = {
  readonly users: StringInterner;
  readonly networks: StringInterner;
  readonly agents: StringInterner;
  readonly categories: StringInterner;
  readonly take: (
    timeS: number,
    user: number,
    network: number,
    agent: number,
    category: number,
    isPost: boolean,
    count: number,
  ) => void;
  /** Accepts what is no call but tells of its caller: requests for static files, and by other methods. */
  readonly takeOther: (timeS: number, user: number, network: number, agent: number, count: number) => void;
};

/** Problems while reading. `badRows` are the first of `badRowCount`. */
export type SourceFindings = {
  readonly rows: number;
  readonly badRowCount: number;
  readonly badRows: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly notices: readonly string[];
};

/** The interface of a log file, or of anything else that knows who called when. */
export type TrafficSource = {
  /** Names the origin of the figures in the report. */
  readonly name: string;
  readonly readInto: (sink: TrafficSink) => Promise<SourceFindings>;
};

/** A source of ready records, such as the rollup of a serving log. */
export function recordSource(
  name: string,
  records: Iterable<TrafficRecord> | AsyncIterable<TrafficRecord>,
): TrafficSource {
  return {
    name,
    readInto: async (sink) => {
      let rows = 0;
      for await (const record of records) {
        rows += 1;
        takeRecord(sink, record);
      }
      return { rows, badRowCount: 0, badRows: [], notices: [] };
    },
  };
}

export function takeRecord(sink: TrafficSink, record: TrafficRecord): void {
  sink.take(
    Math.floor(record.timeMs / 1000),
    sink.users.ofText(record.user),
    sink.networks.ofText(record.network),
    sink.agents.ofText(record.agent),
    sink.categories.ofText(record.category),
    record.method === "POST",
    record.count,
  );
}

export function takeOtherRecord(
  sink: TrafficSink,
  { timeMs, user, network, agent, count }: Omit<TrafficRecord, "category" | "method">,
): void {
  sink.takeOther(
    Math.floor(timeMs / 1000),
    sink.users.ofText(user),
    sink.networks.ofText(network),
    sink.agents.ofText(agent),
    count,
  );
}
