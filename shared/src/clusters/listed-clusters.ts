/**
 * Clusters as the console and the command list them: what each is, what it serves, and what its page adds. It
 * imports nothing but types, since browsers load it. Pure.
 */
import type { ServedAs } from "../protocol/served.ts";

/** Pages by rung; a rung that served none is absent. */
export type RungCalls = Partial<Record<ServedAs, number>>;

export type ListedCluster = {
  readonly id: string;
  /** Such as `team=ESP, entry=social`; `everybody` for the root. */
  readonly definition: string;
  /** Null for the root. */
  readonly parent: string | null;
  /** Of the audience that the newest cycle has learned from. */
  readonly members: number;
  /** Over the parent's page, 0 to 1: `gainOverParent` in model/src/clusters/mean-histories.ts. */
  readonly gain: number;
  /** Over the page of everybody; null until a cycle has learned. */
  readonly gainOverGeneric: number | null;
  /** False for an inner node of the tree: its page stands in for a missing one below. */
  readonly leaf: boolean;
  /** Its page of the context that was asked for; null where none is stored. */
  readonly page: { readonly generation: number; readonly changedAt: string } | null;
  /** Pages that were served in the last 60 minutes and 24 hours, as far as isolates have reported them. */
  readonly hour: RungCalls;
  readonly day: RungCalls;
};

export type ListedTraffic = {
  /** From which minute on the two spans count. */
  readonly hourFrom: string;
  readonly dayFrom: string;
  /** The first minute of the day that the serving log has anything of; null where it has nothing. */
  readonly since: string | null;
  /** Of all clusters. */
  readonly hour: RungCalls;
  readonly day: RungCalls;
  /** Those of the pages whose cluster is in the tree no more. */
  readonly outside: { readonly hour: number; readonly day: number };
};

export type ClusterList = {
  readonly at: string;
  readonly context: string;
  /** The newest refresh cycle that has ended well; null before the first. */
  readonly cycle: { readonly generation: number; readonly endedAt: string } | null;
  readonly traffic: ListedTraffic;
  /** The root first, parents before their children. */
  readonly clusters: readonly ListedCluster[];
};

/** What the list may be sorted by. Each has the order that one asks for first: the most, or the oldest. */
export const CLUSTER_ORDERS = ["day", "hour", "members", "gain", "generic-gain", "age", "id"] as const;
export type ClusterOrder = (typeof CLUSTER_ORDERS)[number];

export function callsOf(rungs: RungCalls): number {
  return Object.values(rungs).reduce((sum, calls) => sum + calls, 0);
}

/** Those whose id and definition have each of the words, in any case. */
export function findClusters(clusters: readonly ListedCluster[], text: string): readonly ListedCluster[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return clusters;
  return clusters.filter(({ id, definition }) => {
    const own = `${id} ${definition}`.toLowerCase();
    return words.every((word) => own.includes(word));
  });
}

/** What is not known comes last, in either direction. Equal ones stand by id. */
export function sortClusters(
  clusters: readonly ListedCluster[],
  order: ClusterOrder,
  isReversed = false,
): readonly ListedCluster[] {
  const keyed = clusters.map((cluster) => ({ cluster, key: keyOf(cluster, order) }));
  const direction = isReversed ? -1 : 1;
  return keyed
    .toSorted((a, b) => {
      if (a.key === b.key || a.key === undefined || b.key === undefined)
        return (
          Number(a.key === undefined) - Number(b.key === undefined) ||
          (order === "id" ? direction : 1) * byText(a.cluster.id, b.cluster.id)
        );
      return direction * (b.key - a.key);
    })
    .map(({ cluster }) => cluster);
}

/** The larger comes first; undefined where it is not known. */
function keyOf(
  { hour, day, members, gain, gainOverGeneric, page }: ListedCluster,
  order: ClusterOrder,
): number | undefined {
  switch (order) {
    case "day":
      return callsOf(day);
    case "hour":
      return callsOf(hour);
    case "members":
      return members;
    case "gain":
      return gain;
    case "generic-gain":
      return gainOverGeneric ?? undefined;
    case "age":
      return page === null ? undefined : -Date.parse(page.changedAt);
    case "id":
      return 0;
    default:
      return order satisfies never;
  }
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
