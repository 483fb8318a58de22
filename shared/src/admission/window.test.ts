import { expect, test } from "vitest";
import { ForwardWindow } from "./window.ts";

const RTT_MS = 100;

/** A window after a minute of forwards, one every `gapMs`, each answered. */
function after(gapMs: number): ForwardWindow {
  const window = new ForwardWindow();
  for (let nowMs = 0; nowMs < 60_000; nowMs += gapMs) {
    window.forwarded(nowMs);
    window.answered(RTT_MS);
  }
  return window;
}

test("has room for what is usually in flight, and for three deviations and a half", () => {
  const inFlight = 5;
  expect(after(RTT_MS / inFlight).size(60_000, 0)).toBeCloseTo(1 + inFlight + 3.5 * Math.sqrt(inFlight), -1);
});

test("of a rare isolate does not grow by what it has just sent, however much comes at once", () => {
  const rare = after(10_000);
  for (const unanswered of [0, 1, 2, 3]) {
    expect(rare.size(60_000, unanswered)).toBeLessThanOrEqual(2);
    rare.forwarded(60_000);
  }
});
