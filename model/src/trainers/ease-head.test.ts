import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { describe, expect, test } from "vitest";
import { inlinePool } from "../workers/pool.ts";
import { trainColumns } from "./train-columns.ts";

const ITEMS = 30;
const HEAD = 18;
const LAMBDA = 4;
const draw = seededRandom(7);
/** The first are the most played; everybody has a taste for the even or the odd ones. */
const users = Array.from({ length: 400 }, (_, user) =>
  Array.from({ length: ITEMS }, (__, item) => item).filter(
    (item) => draw() < (item % 2 === user % 2 ? 0.9 : 0.3) / (1 + item / 6),
  ),
);
const starts = new Uint32Array(users.length + 1);
users.forEach((rows, user) => (starts[user + 1] = (starts[user] ?? 0) + rows.length));
const plays = { starts, playEnds: starts.subarray(1), rows: Uint32Array.from(users.flat()) };
const phases = { counting: 0, inversion: 0, columns: 0, likeness: 0, fit: 0, tail: 0 };
const cost = { multiplyAdds: 0, scattered: 0, bytes: 0, seconds: 0, phases };
const options = { items: ITEMS, pool: inlinePool, regularization: LAMBDA };
const together = (a: number, b: number): number =>
  users.filter((own) => own.includes(a) && own.includes(b)).length;

async function weights(): Promise<number[][]> {
  const plan = { trainer: "ease-head", head: HEAD, retry: true, reason: "", cost } as const;
  const dense = Array.from({ length: ITEMS }, () => Array.from({ length: ITEMS }, () => 0));
  (await trainColumns(plan, plays, options)).forEach((column, target) =>
    column.sources.forEach((source, at) => (dense[source]![target] = column.weights[at] ?? 0)),
  );
  return dense;
}

describe("EASE on the most played titles", () => {
  const counts = Array.from({ length: ITEMS }, (_, item) => together(item, item));
  const head = counts
    .map((count, item) => ({ count, item }))
    .toSorted((a, b) => b.count - a.count || a.item - b.item)
    .slice(0, HEAD)
    .map(({ item }) => item);
  const tail = counts.flatMap((_, item) => (head.includes(item) ? [] : [item]));

  test("regresses each rare title on frequent ones, half dropped out", async () => {
    const w = await weights();
    for (const target of tail) {
      for (const source of head) {
        const predicted = head.reduce((sum, other) => sum + together(source, other) * w[other]![target]!, 0);
        const ridge = (LAMBDA + counts[source]!) * w[source]![target]!;
        expect(predicted + ridge).toBeCloseTo(together(source, target), 2);
      }
    }
  });

  test("lets a rare title say what the frequent ones have not said", async () => {
    const w = await weights();
    for (const source of tail) {
      for (const target of Array.from({ length: ITEMS }, (_, item) => item)) {
        if (target === source || together(source, target) === 0) continue;
        const said = head.reduce((sum, other) => sum + together(source, other) * w[other]![target]!, 0);
        const rest = (together(source, target) - said) / (LAMBDA + 2 * counts[source]!);
        expect(w[source]![target]).toBeCloseTo(rest, 3);
      }
    }
  });

  test("is EASE as it ships among the frequent titles", async () => {
    const w = await weights();
    const placeOf = new Map(head.toSorted((a, b) => a - b).map((item, place) => [item, place]));
    const own = users.map((rows) => rows.flatMap((item) => placeOf.get(item) ?? []));
    const from = new Uint32Array(own.length + 1);
    own.forEach((rows, user) => (from[user + 1] = (from[user] ?? 0) + rows.length));
    const alone = await trainColumns(
      { trainer: "ease", form: "primal", retry: true, reason: "", cost },
      { starts: from, playEnds: from.subarray(1), rows: Uint32Array.from(own.flat()) },
      { ...options, items: HEAD },
    );
    for (const target of head) {
      const column = alone[placeOf.get(target)!]!;
      column.sources.forEach((place, at) => {
        const source = head.toSorted((a, b) => a - b)[place]!;
        expect(w[source]![target]).toBeCloseTo(column.weights[at]!, 5);
      });
    }
  });
});
