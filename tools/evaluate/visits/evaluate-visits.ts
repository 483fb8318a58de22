/** The cold table on one's own visits: reads the file, replays it, and says on what it was measured. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { readHosts } from "@spillway/shared/signals/site-hosts.ts";
import type { ColdRow } from "../cold/compare-rows.ts";
import { readVisits, type ReadVisits } from "./read-visits.ts";
import { visitRows, type VisitResult } from "./visits.ts";

export type VisitData = Omit<VisitResult, "rows" | "firstS" | "testedFromS" | "lastS"> & {
  readonly file: string;
  readonly format: string;
  readonly leftOut: ReadVisits["leftOut"];
  /** ISO 8601. */
  readonly from: string;
  readonly testedFrom: string;
  readonly to: string;
};

export type VisitFlags = {
  readonly seed: number;
  readonly itemFrom: string;
  readonly ownHosts?: string;
};

/** Throws a DataError when nothing can be measured. */
export async function evaluateVisits(
  path: string,
  { seed, itemFrom, ownHosts }: VisitFlags,
  onProgress: (step: string, done: number, total: number) => void,
): Promise<{ readonly rows: readonly ColdRow[]; readonly data: VisitData }> {
  const { size } = await stat(path);
  const read = await readVisits({
    path,
    itemFrom,
    ownHosts: readHosts(ownHosts ?? "").hosts,
    onBytes: (bytes) => onProgress("reading", bytes, size),
  });
  const { rows, firstS, testedFromS, lastS, ...told } = visitRows(read.visits, { seed, onProgress });
  return {
    rows,
    data: {
      ...told,
      file: basename(path),
      format: read.format,
      leftOut: read.leftOut,
      from: instant(firstS),
      testedFrom: instant(testedFromS),
      to: instant(lastS),
    },
  };
}

function instant(timeS: number): string {
  return new Date(timeS * 1000).toISOString();
}
