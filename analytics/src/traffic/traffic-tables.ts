/** The traffic report as tables and sentences, the same in the terminal and in HTML. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import { printable } from "./printable.ts";
import { explain } from "./suspects-list.ts";
import type { TrafficReport } from "./report-shape.ts";

const MAX_SHOWN = 10;
const SUSPECTS_SHOWN = 3;
const NETWORKS_SHOWN = 3;
const EVIDENCE_A_LINE = 3;
/** The terminal shows this many days before and after the step (or the latest days), and the last day. */
const DAYS_AROUND = 3;

/** The first sentence of the report. */
export function headline({ step, suspects, suspectCalls, totals }: TrafficReport): string {
  const calls = `${formatCount(suspectCalls)} of ${counted(totals.calls, "call")}`;
  const who = `${counted(suspects.length, "suspect")} made ${calls}.`;
  if (step === null) return `No step in the daily volumes. ${who}`;
  const { date, where, before, after } = step;
  const rise =
    before > 0
      ? `, ${after / before >= 10 ? (after / before).toFixed(0) : (after / before).toFixed(1)}-fold`
      : "";
  return `Step up on ${date}, ${where}: from ${formatCount(before)} to ${formatCount(after)} a day${rise}. ${who}`;
}

/** Says of whom the evidence cannot tell what they are; empty when there is nobody. */
export function undecidedLines({ undecided: { ids, networks, agents } }: TrafficReport): string[] {
  if (ids === 0) return [];
  const named = Object.entries(agents).map(([name, count]) => `${name} ${formatCount(count)}`);
  return [
    `Undecided: ${formatCount(ids)} (agents: ${named.join(", ")}; networks: ${formatCount(networks)}). They came together, only open the homepage, and as often every night; ` +
      "new televisions do so, too. The evidence cannot tell, and none of them is listed.",
  ];
}

/** Keeps the days around the step, or the latest days, for the terminal. The chart has all days. */
export function shownDays(report: TrafficReport): TrafficReport {
  const { days, step } = report;
  const at = step === null ? days.length - 1 : days.findIndex(({ date }) => date === step.date);
  const shown = days.filter((_, day) => Math.abs(day - at) <= DAYS_AROUND || day === days.length - 1);
  return { ...report, days: shown };
}

export function daysTable({ days, step }: TrafficReport): Table {
  const bands = Object.keys(days[0]?.byBand ?? {});
  const over = days.some(({ overThreshold }) => overThreshold !== null);
  return {
    head: [
      "day",
      "calls",
      ...(bands.length > 1 ? bands : []),
      "suspects",
      "known",
      ...(over ? ["over threshold"] : []),
    ],
    align: ["left", ...Array.from({ length: bands.length + 4 }, () => "right" as const)],
    rows: days.map(({ date, calls, byBand, suspects, known, overThreshold, isPartial }) => [
      `${date}${date === step?.date ? " ←" : ""}${isPartial ? " (part)" : ""}`,
      formatCount(calls),
      ...(bands.length > 1 ? bands.map((band) => formatCount(byBand[band] ?? 0)) : []),
      formatCount(suspects),
      formatCount(known),
      ...(over ? [formatShare((overThreshold ?? 0) / Math.max(1, calls))] : []),
    ]),
    ...(step === null
      ? {}
      : { note: "← the first day at the new level. Posts, and what is known, are not among the calls." }),
  };
}

export function evidenceTable({ evidence, suspects, suspectBits }: TrafficReport): Table {
  return {
    head: ["evidence", "suspects", "mean bits"],
    align: ["left", "right", "right"],
    rows: evidence.map(({ kind, ids, meanBits }) => [kind, formatCount(ids), meanBits.toFixed(1)]),
    note: `Bits add up (log₂ of likelihood ratios); from ${suspectBits} on, an actor is a suspect. ${formatCount(suspects.length)} are.`,
  };
}

export function suspectsTable({ suspects }: TrafficReport): Table {
  const shown = suspects.slice(0, SUSPECTS_SHOWN);
  return {
    head: ["suspect", "bits", "why"],
    align: ["left", "right", "left"],
    rows: shown.map((suspect) => [
      printable(suspect.user),
      suspect.score.toFixed(1),
      linesOf(explain(suspect)),
    ]),
    ...(suspects.length > shown.length
      ? {
          note: `… and ${formatCount(suspects.length - shown.length)} more: --suspects-out, or --json, has them all.`,
        }
      : {}),
  };
}

export function bandsTable({ bands, baselinesFrom }: TrafficReport): Table {
  return {
    head: ["band", "threshold/s", "", "mean/s", "95th %/s", "peak/s", "calls over threshold"],
    align: ["left", "right", "left", "right", "right", "right", "right"],
    rows: bands.flatMap(({ band, thresholdsPerSec, withSuspects, withoutSuspects }) =>
      [withSuspects, withoutSuspects].map((rates, without) => [
        without === 0 ? band : "",
        without === 0 ? thresholdsPerSec.join(", ") || "–" : "",
        without === 0 ? "with suspects" : "without",
        rate(rates.meanPerSec),
        rate(rates.p95PerSec),
        rate(rates.peakPerSec),
        share(rates.overThresholdShare),
      ]),
    ),
    note: `From ${baselinesFrom} on; rates are means of ten minutes.`,
  };
}

export function categoriesTable({ categories }: TrafficReport): Table {
  return {
    head: ["category", "kind", "calls", "a day"],
    align: ["left", "left", "right", "right"],
    rows: categories
      .slice(0, 2 * MAX_SHOWN)
      .map(({ name, kind, calls, perDay }) => [
        printable(name),
        kind,
        formatCount(calls),
        formatCount(perDay),
      ]),
  };
}

export function knownTable({ known }: TrafficReport): Table {
  const remarks = known.flatMap(remarksOn);
  return {
    head: ["known", "kind", "from", "until", "networks", "calls", "users"],
    align: ["left", "left", "left", "left", "left", "right", "right"],
    rows: known.map(({ name, kind, from, until, networks, calls, users }) => [
      name,
      kind,
      minuteOf(from),
      minuteOf(until),
      networks.join("\n"),
      formatCount(calls),
      formatCount(users),
    ]),
    ...(remarks.length > 0 ? { note: remarks.join("\n") } : {}),
  };
}

/** Remarks on an entry: wider networks whose calls count for it, or that no call belongs to it. */
function remarksOn({ name, calls, widerNetworks }: TrafficReport["known"][number]): string[] {
  if (calls === 0)
    return [
      `${name}: of this period, no call in its window is from its networks. Does the log write them otherwise?`,
    ];
  if (widerNetworks.length === 0) return [];
  const shown = widerNetworks.slice(0, NETWORKS_SHOWN).join(", ");
  const more = widerNetworks.length > NETWORKS_SHOWN ? ", …" : "";
  return [
    `${name}: the log has only ${shown}${more}, and all of their calls in the window are taken for it.`,
  ];
}

export function burstsTable({ bursts }: TrafficReport): Table {
  return {
    head: ["burst (UTC)", "minutes", "calls", "peak a minute", "usual a minute", "by robots' own name"],
    align: ["left", "right", "right", "right", "right", "right"],
    rows: bursts
      .slice(0, MAX_SHOWN)
      .map(({ start, minutes, calls, peakPerMinute, usualPerMinute, robotShare }) => [
        minuteOf(start),
        String(minutes),
        formatCount(calls),
        formatCount(peakPerMinute),
        formatCount(usualPerMinute),
        formatShare(robotShare),
      ]),
    ...(bursts.length > MAX_SHOWN
      ? {
          note: `… and ${formatCount(bursts.length - MAX_SHOWN)} more, of fewer calls beyond the usual: --json has them.`,
        }
      : {}),
  };
}

/** The notes below the tables. */
export function notes({
  categories,
  days,
  networks,
  unexplained,
  steadyIds,
  cleared,
  totals,
  firstBadRow,
  onset,
  hasShortHistory,
  suspects,
}: TrafficReport): string[] {
  const named = networks.map(
    ({ network, suspects: ids }) => `${printable(network) || "unknown"} (${formatCount(ids)})`,
  );
  return [
    ...(categories.some(({ kind }) => kind === "homepage")
      ? []
      : ["No category is known as the homepage: without it there are no suspects; --homepage names it."]),
    ...(onset === null ? [] : [`Visits that only open the homepage are more since ${onset}.`]),
    ...(hasShortHistory && suspects.length > 0
      ? [
          "The log has less than a week of the time before, which is little to tell viewers by: with an earlier --from, or a log that reaches further back, fewer are mistaken.",
        ]
      : []),
    ...(named.length > 0 ? [`Networks with most suspects: ${named.join(", ")}.`] : []),
    ...(unexplained.visits > 0
      ? [
          `Of the kind that came with the step, ${formatCount(unexplained.visits)} visits by ${formatCount(unexplained.ids)} ids are nobody's among the suspects.`,
        ]
      : []),
    ...(steadyIds > 0
      ? [
          `No suspects, as they did not come with a crowd: ${formatCount(steadyIds)} ids with a scraper's habits (kiosks and televisions, say).`,
        ]
      : []),
    ...(cleared.length > 0
      ? [
          `Cleared since the last list: ${formatCount(cleared.length)}, such as ${cleared
            .slice(0, 3)
            .map(({ user }) => printable(user))
            .join(", ")}.`,
        ]
      : []),
    ...partialDays(days),
    ...(totals.outside > 0
      ? [`${counted(totals.outside, "call lies", "calls lie")} outside of the period.`]
      : []),
    ...(firstBadRow === null
      ? []
      : [
          `${counted(totals.badRows, "bad row was", "bad rows were")} left out, the first of them ${firstBadRow.file}:${firstBadRow.line}: ${firstBadRow.reason}.`,
        ]),
  ];
}

function partialDays(days: TrafficReport["days"]): string[] {
  const dates = days.filter(({ isPartial }) => isPartial).map(({ date }) => date);
  if (dates.length === 0) return [];
  return [`The log begins or ends within ${dates.join(" and ")}: no such day is compared with others.`];
}

function linesOf(evidence: readonly string[]): string {
  return evidence
    .map((text, at) => (at === 0 ? text : `${at % EVIDENCE_A_LINE === 0 ? "\n" : "; "}${text}`))
    .join("");
}

function rate(perSec: number): string {
  return perSec < 100 ? perSec.toFixed(1) : formatCount(perSec);
}

function share(value: number | null): string {
  return value === null ? "–" : formatShare(value);
}

function minuteOf(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}
