import { describe, expect, test } from "vitest";
import { OverloadTrim } from "./overload-trim.ts";

function observed(...delaysMs: number[]): OverloadTrim {
  const trim = new OverloadTrim();
  for (const delayMs of delaysMs) trim.observe(delayMs);
  return trim;
}

describe("OverloadTrim", () => {
  test("keeps the full threshold while the event loop is on time, and after a single stall", () => {
    expect(observed(1, 3, 400, 2, 49).share).toBe(1);
  });

  test("takes 50 ms for late", () => {
    expect(observed(50, 50).share).toBeLessThan(1);
  });

  test("grows with each observation on time, and neither grows nor shrinks with a first late one", () => {
    const late = observed(80, 80, 1, 80);
    expect(late.share).toBe(observed(80, 80, 1).share);
    expect(observed(80, 80, 1).share).toBeGreaterThan(observed(80, 80).share);
  });

  test("halves within half a second of lateness, and never reaches 0", () => {
    expect(observed(...Array.from({ length: 6 }, () => 80)).share).toBeLessThan(0.5);
    expect(observed(...Array.from({ length: 600 }, () => 80)).share).toBe(0.002);
  });

  test("falls faster the later the event loop is, since it observes itself more rarely then", () => {
    expect(observed(600, 600).share).toBeLessThan(observed(80, 80).share / 2);
  });

  test("is back at 1 within ten seconds of being on time", () => {
    const trim = observed(...Array.from({ length: 600 }, () => 80));
    for (let step = 0; step < 100; step += 1) trim.observe(1);
    expect(trim.share).toBe(1);
  });
});
