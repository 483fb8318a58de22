/** A live run second by second, as it is drawn. Pure. */
import { quantile } from "@spillway/kit/statistics.ts";
import type { Observed } from "./judge.ts";
import type { SecondRow } from "./options.ts";
import type { CounterSample } from "./origin-counters.ts";

/** Column of each rung; a parent's page is `other`. */
const COLUMNS = new Map([
  ["individual", "individual"],
  ["tailored", "tailored"],
  ["cluster", "cluster"],
  ["generic", "generic"],
  ["builtin", "generic"],
] as const);
type Column = "individual" | "tailored" | "cluster" | "generic" | "other" | "failed";

export function secondRows({ phases, outcomes, samples }: Observed): SecondRow[] {
  const seconds = Math.ceil(phases[2].untilMs / 1000);
  const bySecond = Map.groupBy(outcomes, ({ atMs }) => Math.floor(atMs / 1000));
  return Array.from({ length: seconds }, (_, second) => {
    const rows = bySecond.get(second) ?? [];
    const counts: Record<Column, number> = {
      individual: 0,
      tailored: 0,
      cluster: 0,
      generic: 0,
      other: 0,
      failed: 0,
    };
    for (const { status, servedAs } of rows) {
      const rung: Column = (COLUMNS as ReadonlyMap<string, Column>).get(servedAs) ?? "other";
      counts[status === 0 || status >= 500 ? "failed" : rung] += 1;
    }
    const latencies = rows.map(({ latencyMs }) => latencyMs);
    const grown = (read: (sample: CounterSample) => number): number =>
      counterAt(samples, (second + 1) * 1000, read) - counterAt(samples, second * 1000, read);
    return {
      second,
      arrivals: rows.length,
      ...counts,
      p50Ms: quantile(latencies, 0.5, 0),
      p99Ms: quantile(latencies, 0.99, 0),
      originPersonalized: grown(({ personalized }) => personalized),
      originOffered: grown(({ offered }) => offered),
    };
  });
}

/** The counter is assumed to grow evenly between two samples. */
export function counterAt(
  samples: readonly CounterSample[],
  atMs: number,
  read: (sample: CounterSample) => number,
): number {
  const before = samples.findLast((sample) => timeOf(sample) <= atMs);
  const after = samples.find((sample) => timeOf(sample) > atMs);
  if (before === undefined || after === undefined) {
    const nearest = before ?? after;
    return nearest === undefined ? 0 : read(nearest);
  }
  const share = (atMs - timeOf(before)) / (timeOf(after) - timeOf(before));
  return read(before) + share * (read(after) - read(before));
}

function timeOf({ askedMs, answeredMs }: CounterSample): number {
  return (askedMs + answeredMs) / 2;
}
