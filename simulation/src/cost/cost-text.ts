/** The report on costs as text: a sentence, the edge's lines, and pre-provisioning beside it. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import type { CostLine, CostReport } from "./cost.ts";
import { PRICE_PAGES, PRICES_OF } from "./prices.ts";

const COST_TITLES: Readonly<Record<CostLine["what"], string>> = {
  requests: "requests",
  cpuMs: "processor, ms",
  kvReads: "KV reads",
  kvWrites: "KV writes and deletes",
  kvGigabytes: "KV storage, GB",
  queueOperations: "queue operations",
  watchRequests: "the watch: requests",
  watchGigabyteSeconds: "the watch: GB-seconds",
};

/** `ownPrices` are names of prices that stand in the place of list prices. */
export function costText(report: CostReport, ownPrices: readonly string[] = []): string {
  const { lines, planUsd, usd, days, preProvisioning } = report;
  const ofYourOwn = ownPrices.length === 0 ? "" : ` Prices of your own: ${ownPrices.join(", ")}.`;
  const areReadsCounted = lines.some(({ what, basis }) => what === "kvReads" && basis === "measured");
  return [
    sentence(report),
    "",
    textTable({
      head: ["", "measured time", `${counted(days, "day")} of it`, "USD a month", "", ""],
      rows: [
        ["the plan", "", "", formatUsd(planUsd), "list price", ""],
        ...lines.map(({ what, used, month, usd: own, basis, from }) => [
          COST_TITLES[what],
          formatUsed(used),
          formatUsed(month),
          formatUsd(own),
          basis,
          from,
        ]),
        ["all of the edge", "", "", formatUsd(usd), "", ""],
      ],
      note: `List prices as known on ${PRICES_OF} beyond what Workers Paid includes: ${PRICE_PAGES.slice(0, 4).join(", ")}.${ofYourOwn}`,
    }),
    "",
    ...prepared(preProvisioning),
    ...(report.callsMissing > 0
      ? [
          `${counted(report.callsMissing, "call that isolates counted has not arrived, and is", "calls that isolates counted have not arrived, and are")} in no figure.`,
        ]
      : []),
    `Not in it: the origin's own machine, which both ways need; ${areReadsCounted ? "" : "KV reads of the viewer map; "}documents that operators publish; what a rollout's stages ask.`,
  ].join("\n");
}

/** Of less than an hour a month says nothing: cycles and the viewer map are written by the hour. */
const TOO_SHORT_HOURS = 1;

function sentence(report: CostReport): string {
  const { from, until, pages, usd, extrapolatedFromHours, preProvisioning } = report;
  const span = `${from.slice(0, 16)}Z to ${until.slice(0, 16)}Z`;
  const beside =
    preProvisioning === null
      ? "nothing was over the threshold, so that there is nothing to pre-provision"
      : `pre-provisioning for its peak of ${formatRate(preProvisioning.peakPerSec)}/s would be ${formatUsd(preProvisioning.usd)} more for instances`;
  if (extrapolatedFromHours === null)
    return `${span}: ${counted(pages, "page")}. A month of such days costs ${formatUsd(usd)} at the edge; ${beside}.`;
  const part = formatHours(extrapolatedFromHours);
  const warning = extrapolatedFromHours < TOO_SHORT_HOURS ? ", which is too short to rely on" : "";
  return `${span}: ${counted(pages, "page")}, measured for ${part} of it only${warning}. Extrapolated from ${part}, a month costs ${formatUsd(usd)} at the edge; ${beside}.`;
}

function prepared(other: CostReport["preProvisioning"]): string[] {
  if (other === null) return [];
  const { peakPerSec, peakAt, baseInstances, peakInstances, hours, monthInstanceHours, usd } = other;
  return [
    `Pre-provisioning: the worst minute, ${peakAt.slice(0, 16)}Z, had ${counted(formatRate(peakPerSec), "page")} a second: ${counted(peakInstances, "instance")} in place of ${baseInstances}, for ${hours.toFixed(1)} h`,
    `(from 30 min before the first minute over the threshold until 30 min after the last, at 80 % of an instance's rate): ${formatCount(Math.round(monthInstanceHours))} instance hours a month, ${formatUsd(usd)}`,
    `(${PRICE_PAGES[4]}). It makes every page individual; whose month has fewer such days says --days.`,
  ];
}

/** Small counts are given with their fraction: a stored megabyte is no nothing. */
function formatUsed(value: number): string {
  return value > 0 && value < 10 && !Number.isInteger(value)
    ? value.toPrecision(2)
    : formatCount(Math.round(value));
}

function formatHours(hours: number): string {
  return hours < 1 ? `${Math.max(1, Math.round(60 * hours))} min` : `${hours.toFixed(1)} h`;
}

function formatRate(perSec: number): string {
  return perSec < 10 ? perSec.toFixed(1) : formatCount(Math.round(perSec));
}

function formatUsd(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
