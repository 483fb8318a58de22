import { expect, test } from "vitest";
import { differenceOf } from "./compared-pages.ts";

const HERE = { carousel: "top", position: 2 };
const ELSEWHERE = { carousel: "other", position: 2 };

test("a title that stands in the same place everywhere differs in nothing", () => {
  expect(differenceOf({ beside: {} }, HERE)).toBeUndefined();
  expect(differenceOf({ beside: { parent: HERE, generic: { ...HERE } } }, HERE)).toBeUndefined();
});

test("absence comes before place, and the parent's page before the generic one", () => {
  expect(differenceOf({ beside: { parent: ELSEWHERE, generic: null } }, HERE)).toEqual({
    kind: "absent",
    from: ["generic"],
  });
  expect(differenceOf({ beside: { parent: null, generic: null } }, HERE)).toEqual({
    kind: "absent",
    from: ["parent", "generic"],
  });
  expect(differenceOf({ beside: { generic: ELSEWHERE, parent: { ...HERE, position: 1 } } }, HERE)).toEqual({
    kind: "moved",
    from: "parent",
    place: { carousel: "top", position: 1 },
  });
  expect(differenceOf({ beside: { parent: HERE, generic: ELSEWHERE } }, HERE)).toEqual({
    kind: "moved",
    from: "generic",
    place: ELSEWHERE,
  });
});
