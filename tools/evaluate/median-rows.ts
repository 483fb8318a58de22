/** The same rows from several seeds → one each, with the median of every figure. Pure. */
import { median } from "@spillway/kit/statistics.ts";
import type { Row } from "./warm/warm.ts";

/** The seeds' figures are in the seeds' order; absent where there was one. */
export type WarmRow = Row & {
  readonly retention10AsServedSeeds?: readonly number[];
  readonly retention10Seeds?: readonly number[];
};

/** `runs`: each with the same rows in the same order, one run at least. */
export function medianRows(runs: readonly (readonly Row[])[]): WarmRow[] {
  const [first = []] = runs;
  if (runs.length < 2) return [...first];
  return first.map((row, at) => {
    const same = runs.map((rows) => rows[at] ?? row);
    const entries = Object.entries(row).map(([key, value]) => [
      key,
      typeof value === "number" ? median(same.map((own) => Number(own[key as keyof Row]))) : value,
    ]);
    return {
      ...(Object.fromEntries(entries) as Row),
      retention10AsServedSeeds: same.map(({ retention10AsServed }) => retention10AsServed),
      retention10Seeds: same.map(({ retention10 }) => retention10),
    };
  });
}
