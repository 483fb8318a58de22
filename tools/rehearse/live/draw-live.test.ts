import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { planPhases } from "./phases.ts";
import { drawLive } from "./draw-live.ts";
import { judge, measure } from "./judge.ts";
import { DEFAULT_LIVE } from "./options.ts";
import { secondRows } from "./seconds.ts";

const options = { ...DEFAULT_LIVE, baseS: 1, wallS: 2, recoverS: 1 };

function drawn(servedInWall: string, status: number): string {
  const served = (atMs: number, servedAs: string) => ({
    atMs,
    lagMs: 0,
    latencyMs: 4,
    status: servedAs === "individual" ? 200 : status,
    servedAs,
    reason: "",
  });
  const observed = {
    thresholdPerSec: options.thresholdPerSec,
    phases: planPhases(options),
    outcomes: [
      served(500, "individual"),
      ...Array.from({ length: 20 }, (_, at) => served(1000 + at * 100, servedInWall)),
      served(3500, "individual"),
    ],
    samples: [0, 4000].map((atMs) => ({
      askedMs: atMs,
      answeredMs: atMs,
      personalized: atMs / 2000,
      offered: 0,
      admittedPeakPerSec: undefined,
    })),
  };
  const figures = measure(observed);
  const checks = judge(options.thresholdPerSec, figures);
  return stripVTControlCharacters(
    drawLive({
      ...figures,
      options,
      checks,
      ok: checks.every(({ ok }) => ok),
      valid: true,
      seconds: secondRows(observed),
      elapsedS: 30,
    }),
  );
}

test("each figure is a row with a bar for each second, and nothing where there was nothing", () => {
  const text = drawn("cluster", 200);
  expect(text).toMatch(/^arrivals +▁██▁ +at most 10\/s$/m);
  expect(text).toMatch(/^individual +█ {2}█ +at most 1\/s$/m);
  expect(text).toMatch(/^failed +at most 0\/s$/m);
  expect(text).toContain("Every promise holds");
  expect(text).not.toContain("FAIL");
});

test("a promise that was not kept is told", () => {
  const text = drawn("", 503);
  expect(text).toMatch(/FAIL +│ no 5xx/);
  expect(text).toContain("Not every promise holds");
  expect(text).toMatch(/^failed +██ +at most 10\/s$/m);
});
