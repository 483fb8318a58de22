/** Prints what was wrong with the rows of a file. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Findings } from "@spillway/kit/tabular/each-row.ts";

export function printBadRows(
  { badRows, badRowCount }: Pick<Findings, "badRows" | "badRowCount">,
  outcome: string,
): void {
  for (const { file, line, reason } of badRows) console.error(`${file}:${line}: ${reason}`);
  const hidden = badRowCount - badRows.length;
  if (hidden > 0) console.error(`… and ${hidden} more.`);
  console.error(`${counted(badRowCount, "bad row")}; ${outcome}.`);
}
