import {
  compileClusterIndex,
  definitionOf,
  formatDefinition,
  parseClusterIndex,
} from "@spillway/shared/cluster-index.ts";
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals.ts";
import { CLUSTER_ID } from "@spillway/shared/wire.ts";
import { describe, expect, test } from "vitest";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { rowsOfUser, type AudienceRow } from "./audience.ts";
import { growTree } from "./grow-tree.ts";
import { gainOverParent } from "./means.ts";

const DIMENSIONS = 8;
const TEAMS = ["ESP", "BEL", "FRA", "none"] as const;
const ENTRIES = ["direct", "social", "ad"] as const;

/** An audience whose taste is a point for its team, and for its entry path where `entryMatters`, plus noise. */
function audience(users: number, seed: number, entryMatters: boolean) {
  const draw = seededRandom(seed);
  const values = new Float32Array(users * DIMENSIONS);
  const rows: AudienceRow[] = [];
  for (let user = 0; user < users; user += 1) {
    const team = Math.floor(draw() * TEAMS.length);
    const entry = Math.floor(draw() * ENTRIES.length);
    const at = user * DIMENSIONS;
    for (let d = 0; d < DIMENSIONS; d += 1) values[at + d] = (draw() - 0.5) * 1.5;
    values[at + team] = (values[at + team] ?? 0) + 1;
    if (entryMatters) values[at + 4 + entry] = (values[at + 4 + entry] ?? 0) + 1;
    const length = Math.hypot(...values.subarray(at, at + DIMENSIONS));
    for (let d = 0; d < DIMENSIONS; d += 1) values[at + d] = (values[at + d] ?? 0) / length;
    const signals: Signals = {
      ...NO_SIGNALS,
      team: TEAMS[team] ?? "none",
      entry: ENTRIES[entry] ?? "direct",
      depth: "casual",
    };
    rows.push(...rowsOfUser(user, signals, 1 + Math.floor(draw() * 8), at));
  }
  return { rows, sketches: { dimensions: DIMENSIONS, values } };
}

const options = { maxLeaves: 1000, minMembers: 20, minGainShare: 1e-6 };

function signalsUsed(nodes: ReturnType<typeof growTree>): Set<string> {
  return new Set(nodes.flatMap(({ split }) => (split === undefined ? [] : [split.signal])));
}

describe("growTree", () => {
  test("splits by the signals that taste depends on", () => {
    const { rows, sketches } = audience(3000, 1, true);
    const nodes = growTree(rows, sketches, options);
    expect(signalsUsed(nodes)).toEqual(new Set(["team", "entry"]));
    expect(nodes.filter(({ split }) => split === undefined)).toHaveLength(TEAMS.length * ENTRIES.length);
    for (const at of nodes.keys().drop(1)) expect(gainOverParent(nodes, at)).toBeGreaterThan(0.02);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "never splits by entry path where taste does not depend on it (seed %i)",
    (seed) => {
      const { rows, sketches } = audience(3000, seed, false);
      expect(signalsUsed(growTree(rows, sketches, options))).toEqual(new Set(["team"]));
    },
  );

  test("keeps to the limit of leaves and to the minimum of members", () => {
    const { rows, sketches } = audience(3000, 1, true);
    const few = growTree(rows, sketches, { ...options, maxLeaves: 4 });
    expect(few.filter(({ split }) => split === undefined).length).toBeLessThanOrEqual(4);
    expect(growTree(rows, sketches, { ...options, minMembers: 3000 })).toHaveLength(1);
  });

  test("gives a sound index: definitions that assign their own members, ids in form, the same twice", () => {
    const { rows, sketches } = audience(3000, 1, true);
    const nodes = growTree(rows, sketches, options);
    const again = growTree(rows, sketches, options);
    expect(again.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
    const published = nodes.map(({ id, parent, split }) => ({
      id,
      parent,
      ...(split !== undefined && { split }),
    }));
    const index = parseClusterIndex(structuredClone({ generation: 1, builtAt: "", nodes: published }));
    if (index === undefined) throw new Error("the index does not parse");
    const { assign } = compileClusterIndex(index);
    for (const node of nodes) {
      expect(node.id).toMatch(CLUSTER_ID);
      const members = node.split === undefined ? node.rows : [];
      for (const { signals } of members) expect(assign(signals).id).toBe(node.id);
    }
    const at = nodes.findIndex(({ id }) => id === "esp.social");
    expect(formatDefinition(definitionOf(nodes, at))).toBe("team=ESP, entry=social");
  });

  test("an audience without any history is one cluster", () => {
    const rows = [0, 1, 2].flatMap((user) => rowsOfUser(user, NO_SIGNALS, 1, -1));
    expect(growTree(rows, { dimensions: DIMENSIONS, values: new Float32Array(0) }, options)).toHaveLength(1);
    expect(growTree([], { dimensions: DIMENSIONS, values: new Float32Array(0) }, options)).toHaveLength(1);
  });
});
