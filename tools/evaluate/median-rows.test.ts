import { expect, test } from "vitest";
import { medianRows } from "./median-rows.ts";
import type { Row } from "./warm/warm.ts";

function row(model: string, value: number, clusters?: number): Row {
  const readings = { ndcg10: value, ndcg100: value, recall20: value };
  const asServed = { ndcg10AsServed: value, ndcg100AsServed: value, recall20AsServed: value };
  return {
    model,
    ...(clusters !== undefined && { clusters }),
    ...readings,
    ...asServed,
    retention10AsServed: value / 2,
    retention10: value,
  };
}

test("takes each figure's median over the seeds, and keeps their retentions in order", () => {
  const run = (value: number): Row[] => [row("generic", 0.1), row("cluster", value, 100)];
  const [generic, cluster] = medianRows([run(0.7), run(0.2), run(0.3)]);
  expect(generic).toEqual({
    ...row("generic", 0.1),
    retention10AsServedSeeds: [0.05, 0.05, 0.05],
    retention10Seeds: [0.1, 0.1, 0.1],
  });
  expect(cluster).toEqual({
    ...row("cluster", 0.3, 100),
    retention10AsServedSeeds: [0.35, 0.1, 0.15],
    retention10Seeds: [0.7, 0.2, 0.3],
  });
  expect(medianRows([run(0.5), run(0.25)])[1]?.ndcg10).toBe(0.375);
});

test("leaves a single seed's rows as they are", () => {
  const rows = [row("cluster", 0.3, 10)];
  expect(medianRows([rows])).toEqual(rows);
});
