import { expect, test } from "vitest";
import { compileClusterIndex, definitionOf, formatDefinition, parseClusterIndex } from "./cluster-index.ts";
import { PAGE_CONTEXTS } from "../protocol/wire.ts";
import { NO_SIGNALS } from "../signals/signals.ts";

const index = {
  generation: 3,
  builtAt: "2026-07-10T18:00:00Z",
  nodes: [
    { id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 1 }, other: 2 } },
    { id: "esp", parent: 0, split: { signal: "entry", branches: { social: 3 } } },
    { id: "other-team", parent: 0 },
    { id: "esp.social", parent: 1 },
  ],
} as const;

test("assigns a leaf by its signals, the other branch, or the node itself where there is none", () => {
  const { assign } = compileClusterIndex(index);
  expect(assign({ ...NO_SIGNALS, team: "ESP", entry: "social" }).id).toBe("esp.social");
  expect(assign({ ...NO_SIGNALS, team: "ESP", entry: "ad" }).id).toBe("esp");
  expect(assign({ ...NO_SIGNALS, team: "BEL" }).id).toBe("other-team");
  expect(assign({ ...NO_SIGNALS, team: "__proto__" }).id).toBe("other-team");
  expect(assign({ ...NO_SIGNALS, team: "ESP", entry: "social" }).parent?.parent?.id).toBe("generic");
});

test("a definition reads in the signals' order", () => {
  expect(formatDefinition(definitionOf(index.nodes, 3))).toBe("team=ESP, entry=social");
  expect(formatDefinition(definitionOf(index.nodes, 2))).toBe("team=other");
  expect(formatDefinition(definitionOf(index.nodes, 0))).toBe("everybody");
});

test.each([
  ["nothing", undefined],
  ["no nodes", { ...index, nodes: [] }],
  ["a root with a parent", { ...index, nodes: [{ id: "generic", parent: 0 }] }],
  [
    "a child before its parent",
    {
      ...index,
      nodes: [
        { id: "generic", parent: -1 },
        { id: "a", parent: 2 },
        { id: "b", parent: 0 },
      ],
    },
  ],
  [
    "a walk in a circle",
    { ...index, nodes: [{ id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 0 } } }] },
  ],
  [
    "a branch to nowhere",
    { ...index, nodes: [{ id: "generic", parent: -1, split: { signal: "team", branches: { ESP: 5 } } }] },
  ],
  [
    "an unknown signal",
    { ...index, nodes: [{ id: "generic", parent: -1, split: { signal: "mood", branches: {} } }] },
  ],
  ["an id that is none", { ...index, nodes: [{ id: "Generic!", parent: -1 }] }],
])("refuses an index with %s", (_, value) => {
  expect(parseClusterIndex(value).ok).toBe(false);
});

const [root, esp, other, social] = index.nodes;

test("takes an index as it is published", () => {
  const contexts = [...PAGE_CONTEXTS, "radio"];
  expect(parseClusterIndex({ ...index, contexts })).toEqual({ ok: true, value: { ...index, contexts } });
});

test.each<[key: string, value: unknown]>([
  ["contexts", { ...index, contexts: [] }],
  ["contexts", { ...index, contexts: ["homepage"] }],
  ["contexts[0]", { ...index, contexts: ["Home page", ...PAGE_CONTEXTS] }],
  ["generation", { ...index, generation: -3 }],
  ["generation", { ...index, generation: 1e300 }],
  ["builtAt", { ...index, builtAt: "soon" }],
  ["nodes[0].id", { ...index, nodes: [{ ...root, id: "everybody" }, esp, other, social] }],
  ["nodes[2].id", { ...index, nodes: [root, esp, { ...other, id: "esp" }, social] }],
  ["nodes[3].id", { ...index, nodes: [root, esp, other, { ...social, id: "generic" }] }],
  ["nodes[0].parent", { ...index, nodes: [{ ...root, parent: 1 }, esp, other, social] }],
  ["nodes[1].parent", { ...index, nodes: [root, { ...esp, parent: 3 }, other, social] }],
  ["nodes[1].parent", { ...index, nodes: [root, { ...esp, parent: 1 }, other, social] }],
  // A leaf that nobody is led to, and one that two branches lead to.
  ["nodes[3].parent", { ...index, nodes: [root, { id: "esp", parent: 0 }, other, social] }],
  [
    "nodes[3].parent",
    {
      ...index,
      nodes: [root, { ...esp, split: { signal: "entry", branches: { social: 3, ad: 3 } } }, other, social],
    },
  ],
  // JSON may have such a key; a visitor's signal never has.
  ["nodes[3].parent", JSON.parse(JSON.stringify(index).replace('"social":3', '"__proto__":3'))],
])("names %s in refusing an index", (key, value) => {
  const checked = parseClusterIndex(value);
  expect(checked.ok ? [] : checked.issues.map((issue) => issue.key)).toContain(key);
});

test("refuses a tree so deep that a page would be looked for on hundreds of rungs", () => {
  const nodes = Array.from({ length: 200 }, (_, at) => ({
    id: at === 0 ? "generic" : `n${at}`,
    parent: at - 1,
    ...(at < 199 && { split: { signal: "team", branches: { ESP: at + 1 } } }),
  }));
  expect(parseClusterIndex({ ...index, nodes })).toMatchObject({
    ok: false,
    issues: [{ key: "nodes[32].parent" }],
  });
});

function campaignIndex(texts: Record<string, { text: string; folded?: string }> | undefined) {
  const branches = { "2026": 1, "2026-xp5s3dsm3t": 2 };
  const parsed = parseClusterIndex({
    generation: 1,
    builtAt: "2026-07-10T18:00:00Z",
    nodes: [
      { id: "generic", parent: -1, split: { signal: "campaign", branches, ...(texts && { texts }) } },
      { id: "campaign-2026", parent: 0 },
      { id: "campaign-2026-xp5s3dsm3t", parent: 0 },
    ],
  });
  if (!parsed.ok) throw new Error(`the index is not valid: ${JSON.stringify(parsed.issues)}`);
  return { nodes: parsed.value.nodes, ...compileClusterIndex(parsed.value) };
}

const summer = {
  ...NO_SIGNALS,
  campaign: "2026-xp5s3dsm3t",
  texts: { campaign: { text: "夏祭り-2026", folded: "2026" } },
};
const winter = {
  ...NO_SIGNALS,
  campaign: "2026-mc2d51aj7v",
  texts: { campaign: { text: "冬祭り-2026", folded: "2026" } },
};

test("a text beyond ASCII has a branch of its own, and a definition that people can read", () => {
  const { nodes, assign } = campaignIndex({ "2026-xp5s3dsm3t": { text: "夏祭り-2026", folded: "2026" } });
  expect(assign(summer).id).toBe("campaign-2026-xp5s3dsm3t");
  expect(assign(winter).id).toBe("generic");
  expect(formatDefinition(definitionOf(nodes, 2))).toBe("campaign=夏祭り-2026");
});

test("an index of a release up to 0.1 still has the branch of what was left of the text", () => {
  const { assign } = campaignIndex(undefined);
  expect(assign(winter).id).toBe("campaign-2026");
  expect(assign(summer).id).toBe("campaign-2026-xp5s3dsm3t");
});
