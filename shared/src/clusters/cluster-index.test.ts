import { expect, test } from "vitest";
import { compileClusterIndex, definitionOf, formatDefinition, parseClusterIndex } from "./cluster-index.ts";
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
  expect(parseClusterIndex(value)).toBeUndefined();
});
