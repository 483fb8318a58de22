/** A dry run as a page with a picture, which opens without a network. */
import { lineChart } from "@spillway/kit/charts/charts.ts";
import { htmlReport } from "@spillway/kit/charts/html.ts";
import type { Table } from "@spillway/kit/charts/table.ts";
import { basisLines, dryRunTables, shareWithError } from "./dry-run-tables.ts";
import type { Verdict } from "./fail-if.ts";
import type { DryRunResult } from "./result.ts";
import { rateIn } from "./sentence.ts";

/** Up to this long, minutes are counted, and else hours. */
const LONG_MS = 3 * 3_600_000;

export type Named = { readonly before: string; readonly after: string };

export function dryRunPage(
  result: DryRunResult,
  verdicts: readonly Verdict[],
  { before, after }: Named,
): string {
  const { changed, origin, cannotTell, outcomes, fidelity, sample } = result;
  const generic = outcomes.find(({ as }) => as === "generic")?.after;
  const worst = origin.worstAfter;
  return htmlReport({
    title: "Dry run",
    subtitle: `${after}, compared with ${before}. ${result.sentence}`,
    facts:
      sample.tuples === 0
        ? []
        : [
            { label: "requests served otherwise", value: shareWithError(changed) },
            ...(generic === undefined ? [] : [{ label: "generic", value: shareWithError(generic) }]),
            ...(worst === undefined
              ? []
              : [
                  {
                    label: "asked of the origin, worst minute",
                    value: rateIn(worst.askedPerSec),
                    note: worst.at,
                  },
                ]),
            ...(fidelity === undefined
              ? []
              : [
                  {
                    label: "fidelity",
                    value: `${(100 * fidelity.share).toFixed(2)} %`,
                    note: "at least 99.90 %",
                    ok: fidelity.isEnough,
                  },
                ]),
          ],
    sections: [
      ...(origin.minutes.length === 0 ? [] : [{ heading: "The origin", svg: loadChart(result) }]),
      ...dryRunTables(result, verdicts).map(({ title, table }) => ({ heading: title, table })),
      ...(cannotTell.length === 0
        ? []
        : [{ heading: "What the sample cannot tell", table: spotTable(result) }]),
    ],
    footer: basisLines(result).join(" "),
  });
}

function spotTable({ cannotTell }: DryRunResult): Table {
  return { head: ["about", ""], rows: cannotTell.map(({ about, text }) => [about, text]) };
}

/** By the time since the first minute. */
function loadChart({ origin: { minutes } }: DryRunResult): string {
  const startMs = Date.parse(minutes[0]?.at ?? "");
  const spanMs = Date.parse(minutes.at(-1)?.at ?? "") - startMs;
  const [unit, unitMs] = spanMs < LONG_MS ? ["minutes", 60_000] : ["hours", 3_600_000];
  const x = minutes.map(({ at }) => (Date.parse(at) - startMs) / unitMs);
  return lineChart({
    title: "What is asked of the origin",
    subtitle: `requests a second by minute, from ${minutes[0]?.at ?? ""}`,
    xLabel: unit,
    yLabel: "requests per second",
    x,
    lines: [
      { name: "asked before", values: minutes.map(({ askedBefore }) => askedBefore), dashed: true },
      { name: "asked after", values: minutes.map(({ askedAfter }) => askedAfter) },
      { name: "admitted after", values: minutes.map(({ admittedAfter }) => admittedAfter) },
      { name: "threshold", values: minutes.map(({ thresholdAfter }) => thresholdAfter), step: true },
    ],
  });
}
