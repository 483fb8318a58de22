/** What the traffic report reads: calls from any source, pushed into a sink that numbers their texts. */
import type { TextNumbers } from "./text-numbers.ts";

export type Method = "GET" | "POST";

/** One call, or `count` of them alike in the same second (or minute, where the source knows no better). */
export type TrafficRecord = {
  readonly timeMs: number;
  /** Any stable text for whoever calls: an id, or the hash of one. */
  readonly user: string;
  /** Address, prefix or system number; empty where unknown. */
  readonly network: string;
  /** User-Agent, or a class by name (`tv`, `mobile`, …); empty where unknown. */
  readonly agent: string;
  /** `homepage`, `movies`, `similar`, `search`, `events`, `playback`, … */
  readonly category: string;
  readonly method: Method;
  readonly count: number;
};

/** Takes calls with their texts already numbered, which a source of tens of millions of rows does straight from bytes. */
export type TrafficSink = {
  readonly users: TextNumbers;
  readonly networks: TextNumbers;
  readonly agents: TextNumbers;
  readonly categories: TextNumbers;
  readonly take: (
    timeS: number,
    user: number,
    network: number,
    agent: number,
    category: number,
    isPost: boolean,
    count: number,
  ) => void;
};

/** What was wrong on the way; `badRows` are the first of `badRowCount`. */
export type SourceFindings = {
  readonly rows: number;
  readonly badRowCount: number;
  readonly badRows: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
  readonly notices: readonly string[];
};

/** The seam: a log file, or whatever else can tell who called when. */
export type TrafficSource = {
  /** For the report: where its figures are from. */
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
