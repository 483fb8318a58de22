import { describe, expect, test } from "vitest";
import { compareRows, type Served } from "./compare-rows.ts";

function served(model: Served["model"], ndcg10: readonly number[]): Served {
  return {
    model,
    clusters: 1,
    metrics: ndcg10.map((value) => ({ ndcg10: value, ndcg100: value, recall20: value })),
  };
}

const visitors = Array.from({ length: 200 }, (_, at) => 0.1 + (at % 10) / 20);
const rows = compareRows(
  [
    served("generic", visitors),
    served(
      "team",
      visitors.map((value, at) => value + (at % 2 === 0 ? 0.2 : -0.2)),
    ),
    served(
      "all",
      visitors.map((value) => value * 1.5),
    ),
  ],
  1,
);

describe("the cold table's rows", () => {
  test("say how much better than generic each is, with an interval around it", () => {
    const [generic, team, all] = rows;
    expect(generic).toMatchObject({ liftOverGeneric: 0, ciLow: 0, ciHigh: 0 });
    expect(team?.ciLow).toBeLessThan(0);
    expect(team?.ciHigh).toBeGreaterThan(0);
    for (const value of [all?.liftOverGeneric, all?.ciLow, all?.ciHigh]) expect(value).toBeCloseTo(0.5, 9);
  });

  test("say what all signals add to each, over the same visitors", () => {
    const [generic, , all] = rows;
    const half = 0.5 * (0.1 + 4.5 / 20);
    expect(generic?.allMinusThis.mean).toBeCloseTo(half, 9);
    expect(generic?.allMinusThis.low).toBeGreaterThan(0.8 * half);
    expect(generic?.allMinusThis.high).toBeLessThan(1.2 * half);
    expect(all?.allMinusThis).toEqual({ mean: 0, low: 0, high: 0 });
  });
});
