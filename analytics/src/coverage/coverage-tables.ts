/** The coverage report as tables, and as charts of the day. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { LineChartSpec } from "@spillway/kit/charts/charts.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";
import type { BandCoverage, CoverageReport } from "./coverage.ts";

export function usersTable({ users, calls, genericFallback }: CoverageReport): Table {
  const ofUsers = (count: number): string => withShare(count, users.distinct);
  const ofCalls = (count: number): string => withShare(count, calls.total);
  return {
    head: ["", "as served", "cluster-served", "a generic fallback"],
    align: ["left", "right", "right", "right"],
    rows: [
      ["distinct users", formatCount(users.distinct), "", formatCount(users.distinct)],
      ["fully personalized", ofUsers(users.fullyPersonalized), "", ofUsers(users.fullyPersonalized)],
      [
        "with an unpersonalized response",
        ofUsers(users.someUnpersonalized),
        ofUsers(users.someCluster),
        ofUsers(genericFallback.usersWithGeneric),
      ],
      ["with none personalized", ofUsers(users.nonePersonalized), "", ofUsers(users.nonePersonalized)],
      ["with the generic page", ofUsers(users.someGeneric), "", ofUsers(genericFallback.usersWithGeneric)],
      ["calls", formatCount(calls.total), "", formatCount(calls.total)],
      ["individual", ofCalls(calls.individual), "", ofCalls(calls.individual)],
      ["tailored at the edge", ofCalls(calls.tailored), "", ""],
      [
        "unpersonalized",
        ofCalls(calls.cluster + calls.generic),
        ofCalls(calls.cluster),
        ofCalls(genericFallback.callsGeneric),
      ],
      ["generic", ofCalls(calls.generic), "", ofCalls(genericFallback.callsGeneric)],
    ],
    note:
      "Personalized: made for this user, by the origin (individual) or at the edge (tailored).\n" +
      "Cluster-served: a page made for the visitor's cluster; it counts as unpersonalized, as the generic page does.\n" +
      "A generic fallback: the same admissions, and one page for everybody over the threshold.",
  };
}

export function bandsTable({ bands }: CoverageReport): Table {
  return {
    head: [
      "band",
      "threshold/s",
      "min over",
      "users",
      "fully",
      "some not",
      "none",
      "cluster",
      "generic",
      "fallback: generic",
      "calls",
      "tailored",
      "unpersonalized",
    ],
    align: ["left", ...Array.from({ length: 12 }, () => "right" as const)],
    rows: bands.map(bandRow),
  };
}

function bandRow(band: BandCoverage): string[] {
  const { users, calls, genericFallback } = band;
  return [
    band.name,
    band.thresholdsPerSec.map(formatCount).join(", "),
    band.minutesOver === undefined ? "" : formatCount(band.minutesOver),
    formatCount(users.distinct),
    share(users.fullyPersonalized, users.distinct),
    share(users.someUnpersonalized, users.distinct),
    share(users.nonePersonalized, users.distinct),
    share(users.someCluster, users.distinct),
    share(users.someGeneric, users.distinct),
    share(genericFallback.usersWithGeneric, users.distinct),
    formatCount(calls.total),
    share(calls.tailored, calls.total),
    share(calls.cluster + calls.generic, calls.total),
  ];
}

/** Says how much of the serving log has arrived; it is printed below the tables. */
export function deliveryNote({ delivery }: CoverageReport): string {
  const { isolates, callsCounted, callsArrived, callsLost, callsMissing } = delivery;
  const missing =
    callsMissing === 0
      ? "nothing is missing"
      : `${counted(callsMissing, "is", "are")} missing (${share(callsMissing, callsCounted)}), ${formatCount(callsLost)} of them given up by their isolates`;
  return (
    `${counted(isolates, "isolate")} reported; of the ${counted(callsCounted, "call or post", "calls and posts")} that they counted ` +
    `since they started, ${formatCount(callsArrived)} have arrived: ${missing}.\n` +
    "Nobody can tell what an isolate held when it was evicted: its last SERVING_LOG_FLUSH_MS (10 s). While the queue refuses, it " +
    "holds up to four reports, and a fifth in the making, of 2,000 entries each; what it serves beyond these it gives up, counted."
  );
}

export function coverageCharts({ perMinute, day, timeZone }: CoverageReport): LineChartSpec[] {
  const { calls, individual, tailored, cluster, generic } = perMinute;
  const hours = calls.map((_, minute) => Math.round((minute / 60) * 100) / 100);
  const axis = { xLabel: `hour of ${day}, ${timeZone}`, x: hours };
  const missed = (counts: readonly number[]): number[] =>
    counts.map((count, minute) => (calls[minute] ? (100 * count) / calls[minute] : 0));
  return [
    {
      ...axis,
      title: "Calls a minute, and the thresholds",
      yLabel: "calls a minute",
      lines: [
        { name: "calls", values: calls, area: true },
        { name: "individual", values: individual },
        {
          name: "threshold",
          values: perMinute.thresholdPerMinute.map((level) => level ?? undefined),
          dashed: true,
          step: true,
        },
      ],
    },
    {
      ...axis,
      title: "Not individual, by minute",
      yLabel: "% of calls",
      lines: [
        { name: "tailored page", values: missed(tailored) },
        { name: "cluster page", values: missed(cluster) },
        { name: "generic page", values: missed(generic), dashed: true },
      ],
    },
  ];
}

function withShare(count: number, of: number): string {
  return of === 0 ? formatCount(count) : `${formatCount(count)} (${formatShare(count / of)})`;
}

/** Lists the reasons of the responses, most frequent first. */
export function reasonsNote({ callsByReason, calls }: CoverageReport): string {
  const reasons = Object.entries(callsByReason)
    .toSorted(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${withShare(count, calls.total)}`);
  return `Reasons: ${reasons.length === 0 ? "none" : reasons.join(", ")}.`;
}

/** Formats a share; a share of nothing is a dash. */
export function share(count: number, of: number): string {
  return of === 0 ? "–" : formatShare(count / of);
}
