/** Lists the clusters of the newest cycle with their traffic and the age of their pages. */
import { formatDefinition, type Conjunct } from "@spillway/shared/clusters/cluster-index.ts";
import {
  callsOf,
  type ClusterList,
  type ListedCluster,
  type RungCalls,
} from "@spillway/shared/clusters/listed-clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import { allClusters, type ClusterFacts } from "@spillway/store/pages/clusters.ts";
import { latestDoneGeneration } from "@spillway/store/pages/generations.ts";
import { pageTimes } from "@spillway/store/pages/pages.ts";
import type { ClusterTraffic } from "./cluster-traffic.ts";

export function listClusters(
  database: Database,
  context: string,
  traffic: ClusterTraffic,
  nowMs: number,
): ClusterList {
  const times = pageTimes(database, context);
  const clusters = allClusters(database).map((facts) => toListed(facts, times.get(facts.id), traffic));
  const cycle = latestDoneGeneration(database);
  const [hour, day] = [sumOf(traffic, "hour"), sumOf(traffic, "day")];
  const inTree = (span: "hour" | "day"): number =>
    clusters.reduce((sum, cluster) => sum + callsOf(cluster[span]), 0);
  return {
    at: iso(nowMs),
    context,
    cycle:
      cycle === undefined ? null : { generation: cycle.generation, endedAt: iso(cycle.endedMs ?? nowMs) },
    traffic: {
      hourFrom: iso(traffic.hourFromMs),
      dayFrom: iso(traffic.dayFromMs),
      since: traffic.sinceMs === undefined ? null : iso(traffic.sinceMs),
      hour,
      day,
      outside: { hour: callsOf(hour) - inTree("hour"), day: callsOf(day) - inTree("day") },
    },
    clusters,
  };
}

function toListed(
  { id, definition, parent, leaf, members, gain, gainOverGeneric }: ClusterFacts,
  page: { readonly generation: number; readonly builtMs: number } | undefined,
  { byCluster }: ClusterTraffic,
): ListedCluster {
  const served = byCluster.get(id);
  return {
    id,
    // The pipeline wrote this JSON from the conjuncts of `definitionOf`, so the cast is safe.
    definition: formatDefinition(JSON.parse(definition) as Conjunct[]),
    parent,
    members,
    gain: rounded(gain),
    gainOverGeneric: gainOverGeneric === null ? null : rounded(gainOverGeneric),
    leaf,
    page: page === undefined ? null : { generation: page.generation, changedAt: iso(page.builtMs) },
    hour: served?.hour ?? {},
    day: served?.day ?? {},
  };
}

function sumOf({ byCluster }: ClusterTraffic, span: "hour" | "day"): RungCalls {
  const sum: RungCalls = {};
  for (const served of byCluster.values())
    for (const [rung, calls] of Object.entries(served[span]) as [keyof RungCalls, number][])
      sum[rung] = (sum[rung] ?? 0) + calls;
  return sum;
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
