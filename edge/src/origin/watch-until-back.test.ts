import { expect, test } from "vitest";
import { createWatch, sharedLook } from "./watch-until-back.ts";

/** An origin that is back from `backMs` on, and a clock that only sleeping moves. */
function setUp(backMs: number) {
  let nowMs = 0;
  const looks: number[] = [];
  const clock = () => nowMs;
  const look = () => {
    looks.push(nowMs);
    return Promise.resolve(nowMs >= backMs);
  };
  const watch = createWatch({
    look: sharedLook(look, clock),
    clock,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
  });
  return { watch, looks };
}

test("an origin that answers is back at once", async () => {
  const { watch, looks } = setUp(0);
  expect(await watch()).toBe("back");
  expect(looks).toEqual([0]);
});

test("the origin is looked at once a second until it is back", async () => {
  const { watch, looks } = setUp(2500);
  expect(await watch()).toBe("back");
  expect(looks).toEqual([0, 1000, 2000, 3000]);
});

test("all who wait share one look", async () => {
  const { watch, looks } = setUp(0);
  expect(await Promise.all([watch(), watch(), watch()])).toEqual(["back", "back", "back"]);
  expect(looks).toEqual([0]);
});

test("after twenty seconds the origin is still away", async () => {
  const { watch, looks } = setUp(Number.POSITIVE_INFINITY);
  expect(await watch()).toBe("away");
  expect(looks).toHaveLength(21);
});
