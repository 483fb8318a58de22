import { expect, test } from "vitest";
import { HoldTime } from "./hold-time.ts";

test("answers that overlap have the mean of their times", () => {
  const hold = new HoldTime();
  hold.enter(0);
  hold.leave(6);
  // One alone says nothing yet.
  expect(hold.meanMs).toBeUndefined();
  for (let at = 1; at < 200; at += 1) {
    const beganMs = at * 100;
    hold.enter(beganMs);
    hold.enter(beganMs + 4);
    // One took 10 ms, the other 2.
    hold.leave(beganMs + 6);
    hold.leave(beganMs + 10);
  }
  expect(hold.meanMs).toBeCloseTo(6, 1);
});

test("what was long ago is forgotten", () => {
  const hold = new HoldTime();
  let nowMs = 0;
  const answer = (ms: number): void => {
    hold.enter(nowMs);
    hold.leave((nowMs += ms));
  };
  for (let at = 0; at < 10_000; at += 1) answer(20);
  for (let at = 0; at < 60_000; at += 1) answer(2);
  expect(hold.meanMs).toBeLessThan(2.2);
});
