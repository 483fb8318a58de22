import { expect, test } from "vitest";
import { CLUSTER_ORDERS, findClusters, sortClusters, type ListedCluster } from "./listed-clusters.ts";

function cluster(id: string, more: Partial<ListedCluster> = {}): ListedCluster {
  const fields = { parent: "generic", members: 1, gain: 0, gainOverGeneric: 0, leaf: true, page: null };
  return { id, definition: `team=${id.toUpperCase()}`, ...fields, hour: {}, day: {}, ...more };
}

const CLUSTERS = [
  cluster("bel", { members: 5, gain: 0.1, gainOverGeneric: null, day: { cluster: 3, tailored: 4 } }),
  cluster("arg", { members: 5, gain: 0.3, hour: { cluster: 1 }, day: { cluster: 1 } }),
  cluster("esp", {
    members: 9,
    gainOverGeneric: 0.9,
    page: { generation: 1, changedAt: "2026-07-10T12:00:00.000Z" },
  }),
  cluster("cro", { page: { generation: 1, changedAt: "2026-07-09T12:00:00.000Z" } }),
];

const ids = (clusters: readonly ListedCluster[]) => clusters.map(({ id }) => id).join(" ");

test.each([
  ["day", "bel arg cro esp", "cro esp arg bel"],
  ["hour", "arg bel cro esp", "bel cro esp arg"],
  ["members", "esp arg bel cro", "cro arg bel esp"],
  ["gain", "arg bel cro esp", "cro esp bel arg"],
  ["generic-gain", "esp arg cro bel", "arg cro esp bel"],
  ["age", "cro esp arg bel", "esp cro arg bel"],
  ["id", "arg bel cro esp", "esp cro bel arg"],
] as const)("sorts by %s, unknown ones last", (order, expected, reversed) => {
  expect(ids(sortClusters(CLUSTERS, order))).toBe(expected);
  expect(ids(sortClusters(CLUSTERS, order, true))).toBe(reversed);
});

test("finds those that have every word, in id or definition", () => {
  expect(ids(findClusters(CLUSTERS, " TEAM=esp  e "))).toBe("esp");
  expect(ids(findClusters(CLUSTERS, "team="))).toBe(ids(CLUSTERS));
  expect(findClusters(CLUSTERS, "  ")).toBe(CLUSTERS);
  expect(findClusters(CLUSTERS, "esp bel")).toEqual([]);
  expect(CLUSTER_ORDERS).toContain("day");
});
