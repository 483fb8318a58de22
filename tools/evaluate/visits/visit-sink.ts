/** What the readers of rows and of logs put their visits into. */
import type { Findings } from "./findings.ts";
import type { ItemReader } from "./item-from.ts";
import type { createVisitTable } from "./visit-table.ts";

export type VisitSink = {
  readonly table: ReturnType<typeof createVisitTable>;
  readonly findings: Findings;
  readonly itemOf: ItemReader;
  readonly ownHosts: readonly string[];
};
