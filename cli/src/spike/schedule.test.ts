import { expect, test } from "vitest";
import { planSpike, phaseAt } from "./schedule.ts";

const schedule = planSpike({ thresholdPerSec: 5, toOfThreshold: 100, forMs: 60_000 });

test("calm, a wall of a hundred thresholds within two seconds, and calm again, without gaps", () => {
  const { spans, phases } = schedule;
  expect(phases.map(({ name }) => name)).toEqual(["calm", "kick-off", "wall", "end"]);
  for (const parts of [spans, phases]) {
    const [begins, ends] = [parts.map(({ fromMs }) => fromMs), parts.map(({ untilMs }) => untilMs)];
    expect([...begins, 60_000]).toEqual([0, ...ends]);
  }
  const kickOff = phases.find(({ name }) => name === "kick-off");
  expect((kickOff?.untilMs ?? 0) - (kickOff?.fromMs ?? 0)).toBe(2000);
  const rateAt = (atMs: number) => spans.find(({ untilMs }) => atMs < untilMs)?.ratePerSec ?? 0;
  expect([rateAt(1000), rateAt(30_000), rateAt(59_000)]).toEqual([3, 500, 3]);
  const rising = spans.filter(({ fromMs }) => fromMs >= 10_000 && fromMs <= 12_000);
  expect(rising.map(({ ratePerSec }) => ratePerSec)).toEqual(
    rising.map(({ ratePerSec }) => ratePerSec).toSorted((a, b) => a - b),
  );
});

test("every instant has its phase, also after the end", () => {
  expect([0, 10_000, 12_000, 45_000, 99_000].map((atMs) => phaseAt(schedule, atMs))).toEqual([
    "calm",
    "kick-off",
    "wall",
    "end",
    "end",
  ]);
});
