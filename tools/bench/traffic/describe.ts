/** The traffic benchmark's figures, for people. */
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import type { Judged, TrafficBench } from "./bench-traffic.ts";

export function describe({ scale, seed, results }: TrafficBench): string {
  const [first] = results;
  if (first === undefined) return "";
  return [
    `${formatCount(first.viewers)} viewers, ${formatCount(first.scrapers)} scraping ids from 2026-09-15 on (scale ${scale}, seed ${seed}); ` +
      `${formatCount(first.rows)} rows, ${formatCount(first.logMiB)} MiB, written in ${first.generateS.toFixed(0)} s`,
    "",
    textTable({
      head: ["scrapers", "nights", "recall", "false positives", "unexplained", "step", "seconds", "peak MiB"],
      align: ["left", "right", "right", "right", "right", "right", "right", "right"],
      rows: results.flatMap(({ variant, afterFiveNights, wholeMonth }) => [
        [variant, "5", ...columns(afterFiveNights)],
        ["", "16", ...columns(wholeMonth)],
      ]),
      note: "nights: of scraping, in the period that the report was asked for. unexplained: visits of that kind by no suspect, over scraping visits.",
    }),
  ].join("\n");
}

function columns({
  recall,
  falsePositives,
  falsePositiveShare,
  unexplainedShare,
  stepDate,
  seconds,
  peakMiB,
}: Judged): string[] {
  return [
    `${(100 * recall).toFixed(2)} %`,
    `${formatCount(falsePositives)} (${(100 * falsePositiveShare).toFixed(4)} %)`,
    `${(100 * unexplainedShare).toFixed(1)} %`,
    stepDate ?? "none",
    seconds.toFixed(1),
    formatCount(peakMiB),
  ];
}
