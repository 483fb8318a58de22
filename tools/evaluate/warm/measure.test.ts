import { expect, test } from "vitest";
import { measure, type Removal, type TestUser } from "./measure.ts";

/** Of a history of 0 and 1 the edge knows 0 alone; wanted is 2, which scores below both. */
const user: TestUser = {
  history: Uint32Array.of(0, 1),
  known: Uint32Array.of(0),
  wanted: new Set([2]),
};
const scores = Float32Array.of(4, 3, 2, -1);

function readings(removes: Removal): [number, number] {
  const { ndcg10, ndcg10AsServed } = measure([user], () => scores, removes);
  return [ndcg10, ndcg10AsServed];
}

test("removes as served what the path knows, and in the other reading the whole history", () => {
  expect(readings("nothing")).toEqual([1, 1 / Math.log2(4)]);
  expect(readings("known")).toEqual([1, 1 / Math.log2(3)]);
  expect(readings("history")).toEqual([1, 1]);
});

test("never ranks what the path cannot show", () => {
  const cannot = Float32Array.of(4, 3, -Infinity, -1);
  expect(measure([user], () => cannot, "history").recall20).toBe(0);
  expect(measure([user], () => Float32Array.of(4, 3, -1, -2), "history").ndcg10).toBe(1);
});
