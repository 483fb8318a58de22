import {
  compileClusterIndex,
  definitionOf,
  formatDefinition,
  parseClusterIndex,
} from "@spillway/shared/clusters/cluster-index.ts";
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals/signals.ts";
import { CLUSTER_ID } from "@spillway/shared/protocol/wire.ts";
import { describe, expect, test } from "vitest";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { assignExamples } from "./assign-examples.ts";
import { attributesOf, type Audience, type SignalColumn } from "./audience.ts";
import { TASTE_DIMENSIONS } from "./taste-basis.ts";
import { growTree } from "./grow-tree.ts";
import { gainOverGeneric, gainOverParent } from "./mean-histories.ts";
import { allExamples, knownUsers, type TreeAudience } from "./tree-examples.ts";

const TEAMS = ["none", "ESP", "BEL", "FRA"] as const;
const ENTRIES = ["direct", "social", "ad"] as const;
const D = TASTE_DIMENSIONS;

/**
 * An audience whose taste is a point for its team, and for its entry path where `entryMatters`, plus noise.
 */
function audience(users: number, seed: number, entryMatters: boolean): TreeAudience {
  const draw = seededRandom(seed);
  const sketches = new Float32Array(users * D);
  const column = (values: readonly string[]): SignalColumn => ({ codes: new Uint32Array(users), values });
  const blank = column(["none"]);
  const team = column(TEAMS);
  const entry = column(ENTRIES);
  const depth: SignalColumn = { codes: new Uint32Array(users).fill(1), values: ["new", "casual"] };
  const visits = new Uint8Array(users);
  for (let user = 0; user < users; user += 1) {
    const teamCode = Math.floor(draw() * TEAMS.length);
    const entryCode = Math.floor(draw() * ENTRIES.length);
    team.codes[user] = teamCode;
    entry.codes[user] = entryCode;
    const own = sketches.subarray(user * D, user * D + D);
    for (let d = 0; d < 8; d += 1) own[d] = (draw() - 0.5) * 1.5;
    own[teamCode] = (own[teamCode] ?? 0) + 1;
    if (entryMatters) own[4 + entryCode] = (own[4 + entryCode] ?? 0) + 1;
    const length = Math.hypot(...own);
    for (let d = 0; d < 8; d += 1) own[d] = (own[d] ?? 0) / length;
    visits[user] = 1 + Math.floor(draw() * 8);
  }
  return treeAudience(
    { team, entry, campaign: blank, event: blank, recency: blank, depth, device: blank, region: blank },
    blank,
    sketches,
    visits,
  );
}

function treeAudience(
  signals: Audience["signals"],
  affinity: SignalColumn,
  sketches: Float32Array,
  visits: Uint8Array,
): TreeAudience {
  const attributes = attributesOf(signals, affinity);
  const hasSketch = Uint8Array.from(visits, (_, user) =>
    sketches.subarray(user * D, user * D + D).some((v) => v !== 0) ? 1 : 0,
  );
  return { attributes, visits, sketches, hasSketch, known: knownUsers(attributes, visits.length) };
}

const options = { maxLeaves: 1000, minMembers: 20, minGainShare: 1e-6 };

function signalsUsed(nodes: ReturnType<typeof growTree>): Set<string> {
  return new Set(nodes.flatMap(({ split }) => (split === undefined ? [] : [split.signal])));
}

describe("growTree", () => {
  test("splits by the signals that taste depends on", () => {
    const nodes = growTree(audience(3000, 1, true), options);
    expect(signalsUsed(nodes)).toEqual(new Set(["team", "entry"]));
    expect(nodes.filter(({ split }) => split === undefined)).toHaveLength(TEAMS.length * ENTRIES.length);
    for (const at of nodes.keys().drop(1)) expect(gainOverParent(nodes, at)).toBeGreaterThan(0.02);
  });

  test("a page's gain over the generic one is that over its parent where this is the root, and more below", () => {
    const nodes = growTree(audience(3000, 1, true), options);
    expect(gainOverGeneric(nodes, 0)).toBe(0);
    const below = [...nodes.keys()].slice(1);
    const ofRoot = below.filter((at) => nodes[at]?.parent === 0);
    expect(ofRoot.map((at) => gainOverGeneric(nodes, at))).toEqual(
      ofRoot.map((at) => gainOverParent(nodes, at)),
    );
    const deeper = below.filter((at) => !ofRoot.includes(at));
    expect(deeper.length).toBeGreaterThan(0);
    for (const at of deeper) {
      expect(gainOverGeneric(nodes, at)).toBeGreaterThan(gainOverParent(nodes, at));
      expect(gainOverGeneric(nodes, at)).toBeLessThan(1);
    }
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "never splits by entry path where taste does not depend on it (seed %i)",
    (seed) => {
      expect(signalsUsed(growTree(audience(3000, seed, false), options))).toEqual(new Set(["team"]));
    },
  );

  test("keeps to the limit of leaves and to the minimum of members", () => {
    const all = audience(3000, 1, true);
    const few = growTree(all, { ...options, maxLeaves: 4 });
    expect(few.filter(({ split }) => split === undefined).length).toBeLessThanOrEqual(4);
    expect(growTree(all, { ...options, minMembers: 3001 })).toHaveLength(1);
  });

  test("gives a sound index: definitions that assign their own members, ids in form, the same twice", () => {
    const all = audience(3000, 1, true);
    const nodes = growTree(all, options);
    const again = growTree(all, options);
    expect(again.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id));
    const published = nodes.map(({ id, parent, split }) => ({
      id,
      parent,
      ...(split !== undefined && { split }),
    }));
    const whole = { generation: 1, builtAt: "2026-07-10T18:00:00Z", nodes: published };
    const index = parseClusterIndex(structuredClone(whole));
    if (!index.ok) throw new Error(`the index does not parse: ${JSON.stringify(index.issues)}`);
    const { assign } = compileClusterIndex(index.value);
    const rows = allExamples(all.known);
    const assigned = assignExamples(nodes, all.attributes, rows);
    rows.forEach((row, position) => {
      const values = all.attributes.map(({ signal, codes, values: names, inRequest }) => [
        signal,
        names[inRequest || (row & 1) === 0 ? (codes[row >> 1] ?? 0) : 0],
      ]);
      const signals = { ...NO_SIGNALS, ...(Object.fromEntries(values) as Partial<Signals>) };
      expect(assign(signals).id).toBe(nodes[assigned[position] ?? 0]?.id);
    });
    for (const { id } of nodes) expect(id).toMatch(CLUSTER_ID);
    const at = nodes.findIndex(({ id }) => id === "esp.social");
    expect(formatDefinition(definitionOf(nodes, at))).toBe("team=ESP, entry=social");
  });

  test("a campaign beyond ASCII has a cluster of its own, whose definition shows its text", () => {
    const users = 1200;
    const sketches = new Float32Array(users * D);
    const draw = seededRandom(5);
    const codes = Uint32Array.from({ length: users }, (_, user) => user % 3);
    codes.forEach((code, user) => {
      sketches[user * D + code] = 1;
      sketches[user * D + 5] = draw() / 4;
    });
    const texts = new Map([["2026-xp5s3dsm3t", { text: "夏祭り-2026", folded: "2026" }]]);
    const campaign = { codes, values: ["none", "2026", "2026-xp5s3dsm3t"], texts };
    const blank: SignalColumn = { codes: new Uint32Array(users), values: ["none"] };
    const { team, entry, event, recency, depth, device, region } = Object.fromEntries(
      ["team", "entry", "event", "recency", "depth", "device", "region"].map((name) => [name, blank]),
    ) as Audience["signals"];
    const signals = { team, entry, campaign, event, recency, depth, device, region };
    const nodes = growTree(treeAudience(signals, blank, sketches, new Uint8Array(users).fill(1)), options);
    const at = nodes.findIndex(({ id }) => id === "campaign-2026-xp5s3dsm3t");
    expect(formatDefinition(definitionOf(nodes, at))).toBe("campaign=夏祭り-2026");
    expect(nodes.map(({ id }) => id)).toContain("campaign-2026");
  });

  test("splits by taste groups before segments, and names a segment's cluster by the segment alone", () => {
    const users = 1200;
    const sketches = new Float32Array(users * D);
    const names = ["none", "crime_1", "crime_2", "kids_1", "kids_2"];
    const codes = Uint32Array.from({ length: users }, (_, user) => 1 + (user % 4));
    const draw = seededRandom(3);
    codes.forEach((code, user) => {
      const own = sketches.subarray(user * D, user * D + D);
      own[code <= 2 ? 0 : 1] = 0.8;
      own[1 + code] = 0.4;
      own[8 + Math.floor(draw() * 8)] = 0.3;
      const length = Math.hypot(...own);
      own.forEach((value, d) => (own[d] = value / length));
    });
    const blank: SignalColumn = { codes: new Uint32Array(users), values: ["none"] };
    const signals = {
      team: blank,
      entry: blank,
      campaign: blank,
      event: blank,
      recency: blank,
      depth: blank,
      device: blank,
      region: blank,
    };
    const nodes = growTree(
      treeAudience(signals, { codes, values: names }, sketches, new Uint8Array(users).fill(1)),
      options,
    );
    expect(nodes.map(({ id }) => id)).toEqual([
      "generic",
      "crime",
      "kids",
      "no-affinity",
      "crime_1",
      "crime_2",
      "kids_1",
      "kids_2",
    ]);
    const index = compileClusterIndex({ generation: 1, builtAt: "", nodes });
    const idOf = (affinity: string): string => index.assign({ ...NO_SIGNALS, affinity }).id;
    expect(["crime_2", "crime_99", "crime", "none", "chess_1"].map(idOf)).toEqual([
      "crime_2",
      "crime",
      "crime",
      "no-affinity",
      "generic",
    ]);
    expect(formatDefinition(definitionOf(nodes, 5))).toBe("affinity=crime_2");
  });

  test("keeps the last cycle's splits and branches where they hold about as well", () => {
    const before = growTree(audience(3000, 1, true), { ...options, minMembers: 240 });
    const moved = audience(2900, 1, true);
    const anew = growTree(moved, { ...options, minMembers: 240, maxLeaves: 9 });
    const kept = growTree(moved, { ...options, minMembers: 240, maxLeaves: 9, previous: before });
    const known = new Set(before.map(({ id }) => id));
    const stayed = (nodes: typeof before): number => nodes.filter(({ id }) => known.has(id)).length;
    expect(stayed(kept)).toBeGreaterThanOrEqual(stayed(anew));
    const same = growTree(audience(3000, 1, true), { ...options, minMembers: 240, previous: before });
    expect(same.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  });

  test("an audience without any history is one cluster", () => {
    for (const users of [0, 3]) {
      const distinct = audience(users, 1, true);
      const silent = { ...distinct, sketches: new Float32Array(users * D), hasSketch: new Uint8Array(users) };
      expect(growTree(silent, options)).toHaveLength(1);
    }
  });
});
