import { expect, test } from "vitest";
import { createStartProgress } from "./progress.ts";

function setUp() {
  let nowMs = 0;
  const lines: string[] = [];
  const progress = createStartProgress(
    (line) => lines.push(line),
    () => nowMs,
  );
  return {
    lines,
    progress,
    after: (ms: number) => {
      nowMs += ms;
    },
  };
}

test("a new stage is told at once, its course every few seconds", () => {
  const { lines, progress, after } = setUp();
  progress.show({ doing: "seeding" });
  progress.show({ doing: "building pages", done: 0, total: 50 });
  after(1000);
  progress.show({ doing: "building pages", done: 10, total: 50 });
  after(4000);
  progress.show({ doing: "building pages", done: 30, total: 50 });
  expect(lines).toEqual(["  seeding …", "  building pages 0 of 50 …", "  building pages 30 of 50 … (5 s)"]);
});

test("a stage that does not move says so now and then, and is known not to have moved", () => {
  const { lines, progress, after } = setUp();
  progress.show({ doing: "the edge is starting" });
  for (let second = 0; second < 30; second += 1) {
    after(1000);
    progress.show({ doing: "the edge is starting" });
  }
  expect(lines).toEqual(["  the edge is starting …", "  the edge is starting … (20 s)"]);
  expect(progress.lastMovedMs()).toBe(0);
  progress.show({ doing: "building pages", done: 1, total: 2 });
  expect(progress.lastMovedMs()).toBe(30_000);
});
