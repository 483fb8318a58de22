/** Says what the viewer map is like, and what a month of it costs in KV. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { formatCount, textTable } from "@spillway/kit/charts/table.ts";
import { LIST_PRICES } from "@spillway/simulation/cost/prices.ts";
import type { ViewerMapReport } from "@spillway/store/profiles/viewer-map.ts";

export type DescribedViewerMap = {
  readonly users: number;
  /** People with a history who were left out, since VIEWER_MAP_USERS allows no more. */
  readonly usersLeftOut: number;
  /** Of one user's state, without base64. */
  readonly medianBytes: number;
  readonly p99Bytes: number;
  readonly titlesDropped: number;
  readonly shards: number;
  /** Of a shard, on average. */
  readonly shardBytes: number;
  readonly bytes: number;
  readonly writtenAt: string;
  readonly seconds: number;
  readonly nextAt: string;
  /** Keys that the newest writing changed. */
  readonly writes: number;
  readonly month: {
    /** As if each writing changed as many keys as the newest one. */
    readonly writes: number;
    /** As if each changed every shard. */
    readonly mostWrites: number;
    /** In US dollars: writes, and what is stored. */
    readonly usd: number;
    readonly mostUsd: number;
    /** Of a million requests whose shard stands in no memory. */
    readonly usdPerMillionReads: number;
  };
};

const MONTH_MS = 30 * 24 * 3600 * 1000;

const { kvReads, kvWrites, kvGigabytes } = LIST_PRICES;

export function describeViewerMap(report: ViewerMapReport): DescribedViewerMap {
  const { shards, bytes, startedMs, endedMs, nextMs } = report;
  const writings = MONTH_MS / Math.max(1, nextMs - startedMs);
  const writes = Math.round(writings * report.writes);
  // A writing that has changed the number of shards has named it, too.
  const mostWrites = Math.max(writes, Math.round(writings * shards));
  return {
    users: report.users,
    usersLeftOut: report.usersLeftOut,
    medianBytes: report.medianBytes,
    p99Bytes: report.p99Bytes,
    titlesDropped: report.titlesDropped,
    shards,
    shardBytes: shards === 0 ? 0 : Math.round(bytes / shards),
    bytes,
    writtenAt: new Date(endedMs).toISOString(),
    seconds: (endedMs - startedMs) / 1000,
    nextAt: new Date(nextMs).toISOString(),
    writes: report.writes,
    month: {
      writes,
      mostWrites,
      usd: monthUsd(writes, bytes),
      mostUsd: monthUsd(mostWrites, bytes),
      usdPerMillionReads: kvReads.usd,
    },
  };
}

function monthUsd(writes: number, bytes: number): number {
  const written = (Math.max(0, writes - kvWrites.included) / 1e6) * kvWrites.usd;
  const stored = Math.max(0, bytes / 1e9 - kvGigabytes.included) * kvGigabytes.usd;
  return Math.round(100 * (written + stored)) / 100;
}

export function formatViewerMap(map: DescribedViewerMap): string {
  const { month } = map;
  const leftOut =
    map.usersLeftOut === 0 ? "" : ` (${formatCount(map.usersLeftOut)} more have no room: VIEWER_MAP_USERS)`;
  return textTable({
    head: ["viewer map", ""],
    rows: [
      ["users with three plays or more", `${formatCount(map.users)}${leftOut}`],
      ["bytes a user", `median ${formatCount(map.medianBytes)}, p99 ${formatCount(map.p99Bytes)}`],
      ["titles without room", formatCount(map.titlesDropped)],
      ["shards", `${formatCount(map.shards)} of ${counted(map.shardBytes, "byte")} on average`],
      [
        "written",
        `${map.writtenAt}, in ${map.seconds.toFixed(1)} s: ${counted(map.writes, "key")} had changed`,
      ],
      ["next writing", `${map.nextAt}, or in the first cycle after it`],
      ["a month like this", `${counted(month.writes, "key")} written, ${formatUsd(month.usd)}`],
      [
        "… if every shard changed",
        `${counted(month.mostWrites, "key")} written, ${formatUsd(month.mostUsd)}`,
      ],
      ["a million reads by televisions", formatUsd(month.usdPerMillionReads)],
    ],
    note: "Cloudflare's list prices beyond what the paid plan includes; its 1 million writes are shared with the pages.",
  });
}

function formatUsd(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
