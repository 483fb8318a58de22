/**
 * The tables of a rehearsed day: target beside result, the same day with Spillway, the bands, and what the
 * figures imply.
 */
import { retentionNote } from "../quality/retention.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import { clock } from "./clock.ts";
import { PRIME } from "./day-model.ts";
import { PUBLISHED } from "./published.ts";
import type { DayResult, DayStrategy } from "./rehearse-day.ts";

export type TitledTable = { readonly title: string; readonly table: Table };

export function dayTables(day: DayResult): TitledTable[] {
  return [
    { title: "The published day, rate limit + generic page", table: publishedTable(day) },
    { title: "The same day with Spillway", table: strategiesTable(day) },
    { title: "Bands and surges", table: bandsTable(day) },
  ];
}

function publishedTable(day: DayResult): Table {
  return {
    head: ["figure", "published", "simulated", ""],
    align: ["left", "right", "right", "left"],
    rows: PUBLISHED.map(({ key, label, target, tolerance }) => {
      const figure = day.figures.find((one) => one.key === key);
      if (figure === undefined) throw new RangeError(`the result has no figure ${key}`);
      const verdict = figure.met ? "met" : "not met";
      if (key === "primeUsers") {
        return [label, "about 1.5 M", formatCount(Math.round(figure.fallback * day.users)), verdict];
      }
      const published =
        tolerance === undefined
          ? `< ${asPublished(target)}`
          : tolerance < ABOUT
            ? formatShare(target)
            : `about ${asPublished(target)}`;
      return [label, published, formatShare(figure.fallback), verdict];
    }),
    note: implications(day).join("\n"),
  };
}

/** Figures that were published without decimals were published as "about". */
const ABOUT = 0.005;

function asPublished(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** What the published figures imply together, with this day's own numbers. */
function implications(day: DayResult): string[] {
  const { fallback, users, calls, bands, surges, parameters } = day;
  const hit = fallback.users.partly + fallback.users.none;
  const prime = fallback.bands[PRIME];
  if (prime === undefined || hit === 0 || prime.usersHit === 0) return [];
  const perUser = calls / users;
  const perPrimeUser = prime.calls / prime.users;
  const outside = fallback.bands.slice(0, PRIME).reduce((sum, band) => sum + band.usersHit, 0) / users;
  const over = bands.reduce((sum, { secondsOver }) => sum + secondsOver, 0);
  return [
    "Prime time and Band C are read as one: five hours, 19:00 to 24:00, with about 1.5 M users.",
    `15.35 % of users hit by less than 5 % of calls: who is hit loses at most a third of an average user's calls (here ${(fallback.calls.generic / hit).toFixed(1)} of ${perUser.toFixed(1)}). In prime time, 4 % and 2 % say half (here ${(prime.callsHit / prime.usersHit).toFixed(1)} of ${perPrimeUser.toFixed(1)}).`,
    `3.49 % with none: nearly a quarter of those hit lose every call of their day. So visits are short (here ${parameters.callsPerVisit.toFixed(1)} calls), many come once, for the event, and a surge outlasts a visit: ${Math.round(over / surges.length)} s over the threshold each, the autoscaler's well-known gap of two to four minutes.`,
    `Prime time is the best protected: ${formatShare(outside)} of all users are hit outside it, ${formatShare(prime.usersHit / users)} within.`,
  ];
}

function strategiesTable(day: DayResult): Table {
  const row = (label: string, cell: (strategy: DayStrategy) => string) => [
    label,
    cell(day.fallback),
    cell(day.spillway),
  ];
  const ofUsers = (count: number) => `${formatCount(count)} (${formatShare(count / day.users)})`;
  const ofCalls = (count: number) => `${formatCount(count)} (${formatShare(count / day.calls)})`;
  return {
    head: ["", "rate limit + generic page", "Spillway"],
    align: ["left", "right", "right"],
    rows: [
      row("users served individually always", ({ users }) => ofUsers(users.fully)),
      row("users served individually at times", ({ users }) => ofUsers(users.partly)),
      row("users served individually never", ({ users }) => ofUsers(users.none)),
      row("users who ever got a page from the edge", ({ usersEver }) => ofUsers(usersEver.cluster)),
      row("users who ever got a generic page", ({ usersEver }) => ofUsers(usersEver.generic)),
      row("calls individual", ({ calls }) => ofCalls(calls.individual)),
      row("calls from the edge", ({ calls }) => ofCalls(calls.cluster)),
      row("calls generic", ({ calls }) => ofCalls(calls.generic)),
      row("quality of a response", ({ quality }) => quality.toFixed(4)),
    ],
    note: [
      retentionNote(day.retention),
      `While over the threshold Spillway uses ${formatShare(day.utilization)} of it: what the edges' credits leave to chance. The origin's gate bounds both alike.`,
      day.signallessShare === 0
        ? "Nobody is without signals: a first visitor still has an entry path, and the index splits by it."
        : `${formatShare(day.signallessShare)} of users are taken to show no signal at all: their cluster's page is the generic one.`,
    ].join("\n"),
  };
}

function bandsTable(day: DayResult): Table {
  return {
    head: ["band", "from", "threshold/s", "busiest second", "seconds over", "most individual/s", "surges"],
    align: ["left", "left", "right", "right", "right", "right", "left"],
    rows: day.bands.map((band) => [
      band.name,
      clock(band.fromS),
      formatCount(Math.round(band.thresholdPerSec)),
      formatCount(band.peakPerSec),
      formatCount(band.secondsOver),
      formatCount(band.fallbackPeakPerSec),
      day.surges
        .filter(({ atS }) => atS >= band.fromS && atS < band.toS)
        .map(({ name, atS, visits }) => `${clock(atS)} ${name} ${formatCount(visits)}`)
        .join("\n"),
    ]),
  };
}
