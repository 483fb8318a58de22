import { expect, test } from "vitest";
import { Capacities } from "./capacities.ts";

function takes(capacities: Capacities, at: number, nowMs: number): number {
  let taken = 0;
  while (capacities.take(at, nowMs)) taken += 1;
  return taken;
}

test("each isolate accepts ten at once, and then its rate, whatever the others do", () => {
  const capacities = new Capacities(50);
  for (let at = 0; at < 100; at += 1) capacities.start(at, 0);
  // The first request is the one that has started it.
  expect([takes(capacities, 99, 0), takes(capacities, 99, 100), takes(capacities, 0, 100)]).toEqual([
    9, 5, 10,
  ]);
});

test("an isolate keeps what it has when it takes another's place", () => {
  const capacities = new Capacities(50);
  for (const at of [0, 1]) capacities.start(at, 0);
  takes(capacities, 1, 0);
  capacities.move(1, 0);
  expect([takes(capacities, 0, 20), takes(capacities, 1, 40)]).toEqual([1, 2]);
});
