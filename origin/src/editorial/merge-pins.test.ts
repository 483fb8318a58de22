import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import { comparePins, mergePins } from "./merge-pins.ts";

function pins(...specs: readonly string[]): readonly Pin[] {
  const list = specs.map((spec) => {
    const [id = "", title = "x"] = spec.split(":");
    return { id, title, items: ["a"] };
  });
  return pinsSchema.parse({ pins: list }).pins;
}

const anySet = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("1", "2")), {
    selector: ([id]) => id,
  })
  .map((list) => pins(...list.map(([id, title]) => `${id}:${title}`)));

describe("mergePins", () => {
  test("of a draft made from what is in force is the draft", () => {
    fc.assert(
      fc.property(anySet, anySet, (base, draft) => {
        expect(mergePins(base, draft, base)).toEqual({ kind: "merged", pins: draft });
      }),
    );
  });

  test("of a draft that changes nothing is what is in force", () => {
    fc.assert(
      fc.property(anySet, anySet, (base, current) => {
        const merged = mergePins(base, base, current);
        expect(merged.kind === "merged" && new Set(merged.pins)).toEqual(new Set(current));
      }),
    );
  });

  test("names what both have changed otherwise, and nothing that both have changed alike", () => {
    const base = pins("a:1", "b:1", "c:1");
    expect(mergePins(base, pins("a:2", "b:2", "c:1"), pins("a:3", "b:2", "c:1"))).toEqual({
      kind: "conflict",
      ids: ["a"],
    });
    expect(mergePins(base, pins("b:1", "c:1"), pins("a:2", "b:1", "c:1"))).toMatchObject({ ids: ["a"] });
  });

  test("does not take another order of fields for a change", () => {
    const [pin] = pins("a:1");
    if (pin === undefined) throw new Error("there is one");
    const turned = Object.fromEntries(Object.entries(pin).toReversed()) as Pin;
    expect(comparePins([pin], [turned])).toEqual({ added: [], removed: [], changed: [], isReordered: false });
  });
});

test("comparePins tells what was added, removed, changed and reordered", () => {
  const before = pins("a:1", "b:1", "c:1");
  const after = pins("d:1", "c:2", "a:1");
  const difference = comparePins(before, after);
  expect(difference.added.map(({ id }) => id)).toEqual(["d"]);
  expect(difference.removed.map(({ id }) => id)).toEqual(["b"]);
  expect(difference.changed.map(({ after: pin }) => pin.title)).toEqual(["2"]);
  expect(difference.isReordered).toBe(true);
});
