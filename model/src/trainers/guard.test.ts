import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { expect, test } from "vitest";
import type { Audience } from "../clusters/audience.ts";
import { modelFromColumns, type ItemModel } from "../scoring/item-model.ts";
import { guardText, judge, learnedPlays } from "./guard.ts";

const ITEMS = 40;

/** Whoever has watched title n watches n + 1 next; of every user that one play is of the last day. */
function audience(users: number): Audience {
  const starts = Uint32Array.from({ length: users + 1 }, (_, user) => 2 * user);
  const rows = Uint32Array.from(
    { length: 2 * users },
    (_, at) => ((at >> 1) + (at % 2 === 0 ? 1 : 0)) % ITEMS,
  );
  const histories = {
    starts,
    playEnds: starts.subarray(1),
    rows,
    values: new Float32Array(rows.length).fill(1),
  };
  const heldOut = new Uint16Array(users).fill(1);
  return { histories, heldOut, signals: {} as Audience["signals"], visits: new Uint8Array(users).fill(1) };
}

/** Knows of a share of the titles what comes next, and otherwise says something wrong. */
function model(share: number, seed: number): ItemModel {
  const draw = seededRandom(seed);
  return modelFromColumns(
    Uint32Array.from({ length: ITEMS }, (_, row) => row),
    Array.from({ length: ITEMS }, (_, target) => ({
      sources: Uint32Array.of((target + ITEMS - (draw() < share ? 1 : 7)) % ITEMS),
      weights: Float32Array.of(1),
    })),
  );
}

test("a model that is as good or better is taken, with the figures", () => {
  const guard = judge(audience(500), model(0.6, 1), model(0.9, 2));
  expect(guard).toMatchObject({ verdict: "taken", users: 500 });
  expect(guard.anew).toBeGreaterThan(guard.inForce);
  expect(guard.gainAtLeast).toBeGreaterThan(0);
  expect(guardText(guard)).toMatch(
    /^at least as good: NDCG@10 0\.\d+ after 0\.\d+, a gain of 0\.\d+ at least/,
  );
  expect(judge(audience(500), model(0.6, 1), model(0.6, 1)).verdict).toBe("taken");
});

test("the model in force stays where the new one is worse, or may be", () => {
  const guard = judge(audience(500), model(0.9, 2), model(0.6, 1));
  expect(guard.verdict).toBe("stays");
  expect(guardText(guard)).toContain("the model in force stays");
  // About as good, by other titles: the difference is within chance, and chance is wide here.
  const [one, other] = [model(0.5, 3), model(0.5, 9)];
  const few = judge(audience(120), one, other);
  expect(Math.abs(few.anew - few.inForce)).toBeLessThan(0.15);
  expect(few.verdict).toBe("stays");
});

test("few users judge nobody", () => {
  expect(judge(audience(99), model(0.9, 2), model(0, 1))).toMatchObject({ verdict: "unjudged", users: 99 });
  const { heldOut: _none, ...without } = audience(500);
  expect(judge(without, model(0.9, 2), model(0, 1))).toMatchObject({ verdict: "unjudged", users: 0 });
});

test("what is held out is in no model's plays", () => {
  const { starts, playEnds, rows } = learnedPlays(audience(3));
  const learned = Array.from(playEnds, (end, user) => [...rows.subarray(starts[user], end)]);
  expect(learned).toEqual([[0], [1], [2]]);
});
