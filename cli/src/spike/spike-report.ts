/** What a spike tells in the terminal: a line while it runs, and a table at its end. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import type { SpikeProgress } from "./spike-progress.ts";
import { LATE_MS, RUNGS, type SpikeFigures } from "./spike-tally.ts";

export function liveLine({ phase, atMs, forMs, recent }: SpikeProgress): string {
  const rungs = RUNGS.flatMap((rung) =>
    recent.byRung[rung] === 0 ? [] : [`${recent.byRung[rung]} ${rung}`],
  );
  const bad = [
    ...(recent.failed === 0 ? [] : [`${recent.failed} without a page`]),
    ...(recent.notSent === 0 ? [] : [`${recent.notSent} not sent`]),
  ];
  const time = `${Math.round(atMs / 1000)} of ${Math.round(forMs / 1000)} s`;
  return `${time}  ${phase}  ${recent.visitors}/s: ${[...rungs, ...bad].join(", ") || "nothing"}`;
}

export function reportText(figures: SpikeFigures): string {
  const { visitors, notSent, failed, late, genericShare, failures } = figures;
  const sent = visitors - notSent;
  const table = textTable({
    head: ["served", "pages", "share", "p50", "p99"],
    align: ["left", "right", "right", "right", "right"],
    rows: [
      ...figures.rungs.map(({ rung, pages, share, p50Ms, p99Ms }) => [
        rung,
        formatCount(pages),
        percent(share),
        milliseconds(p50Ms),
        milliseconds(p99Ms),
      ]),
      [
        "all",
        formatCount(sent - failed),
        percent(sent === 0 ? 0 : (sent - failed) / sent),
        milliseconds(figures.p50Ms),
        milliseconds(figures.p99Ms),
      ],
    ],
  });
  const reasons = Object.entries(failures).map(([reason, times]) => `${times} × ${reason}`);
  return [
    table,
    "",
    `Generic: ${percent(genericShare)}. Without a page: ${failed}${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}.`,
    ...(late + notSent === 0
      ? []
      : [
          `This machine was too slow for ${counted(notSent, "visitor, who was", "visitors, who were")} not sent, and sent ${formatCount(late)} more than ${LATE_MS} ms late:`,
          "latencies then say more of the machine than of Spillway.",
        ]),
  ].join("\n");
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`;
}
