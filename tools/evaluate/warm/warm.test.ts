import { expect, test } from "vitest";
import { divide } from "../evaluation-data.ts";
import { warmRows, type Row } from "./warm.ts";

const ITEMS = 40;
const USERS = 120;

const NUMBERS = Array.from({ length: USERS }, (_, at) => at);

/** Three tastes, each with items of its own and some that everybody plays. */
function tastes() {
  const ids = NUMBERS.map(String);
  const items = NUMBERS.slice(0, ITEMS);
  const itemsOf = NUMBERS.map((user) =>
    Uint32Array.from(
      items.filter((item) => (item % 3 === user % 3 || item < 4) && (user * 31 + item * 17) % 7 < 5),
    ),
  );
  return divide(ids, ids.slice(0, ITEMS), itemsOf);
}

async function rowsWith(history?: number): Promise<readonly Row[]> {
  const { warm } = await warmRows(tastes(), {
    clusters: [8],
    minSupport: 2,
    seed: 1,
    lambda: 10,
    threads: 1,
    onProgress: () => undefined,
    ...(history !== undefined && { history }),
  });
  return warm;
}

function asServed(rows: readonly Row[], model: string): number {
  return rows.find((row) => row.model === model)?.retention10AsServed ?? Number.NaN;
}

test("counts what a viewer sees: a cluster page gains by losing what was watched, and by as much as is known", async () => {
  const [whole, one] = await Promise.all([rowsWith(), rowsWith(1)]);
  expect(whole.map(({ model }) => model)).toEqual([
    "generic",
    "cluster",
    "cluster-watched-removed",
    "tailored",
    "item-knn",
    "ease",
    "ease-200",
    "individual",
  ]);
  expect(asServed(whole, "individual")).toBe(asServed(whole, "ease-200"));
  expect([asServed(whole, "generic"), asServed(whole, "ease")]).toEqual([0, 1]);
  expect(asServed(whole, "cluster-watched-removed")).toBeGreaterThan(asServed(whole, "cluster"));
  expect(asServed(whole, "tailored")).toBeGreaterThan(asServed(whole, "cluster-watched-removed"));
  expect(asServed(whole, "tailored")).toBeGreaterThan(0.95 * asServed(whole, "ease-200"));
  for (const model of ["cluster-watched-removed", "tailored"]) {
    expect(asServed(one, model)).toBeLessThan(asServed(whole, model));
  }
  for (const model of ["generic", "cluster", "ease"])
    expect(asServed(one, model)).toBe(asServed(whole, model));
});
