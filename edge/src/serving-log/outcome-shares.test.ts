import { expect, test } from "vitest";
import { OutcomeShares } from "./outcome-shares.ts";

test("an outcome counts more the rarer it is, and 16 times as much at most", () => {
  const shares = new OutcomeShares();
  const last = { common: 0, rare: 0, byRule: 0, never: 0 };
  for (let at = 0; at < 100_000; at += 1) {
    if (at % 100 === 1) last.rare = shares.importanceOf("individual", "admitted", false);
    else if (at % 100 === 2) last.byRule = shares.importanceOf("individual", "admitted", true);
    else if (at % 10_000 === 50) last.never = shares.importanceOf("builtin", "origin-error", false);
    else last.common = shares.importanceOf("cluster", "over-threshold", false);
  }
  expect(last.common).toBeCloseTo(1, 1);
  expect(last.rare).toBeCloseTo(10, 0);
  expect(last.byRule).toBeCloseTo(10, 0);
  expect(last.never).toBe(16);
});

test("follows a spike: what was common before is rare at the wall", () => {
  const shares = new OutcomeShares();
  for (let at = 0; at < 1000; at += 1) shares.importanceOf("individual", "admitted", false);
  for (let flushes = 0; flushes < 4; flushes += 1) {
    shares.fade();
    for (let at = 0; at < 10_000; at += 1) shares.importanceOf("tailored", "over-threshold", false);
  }
  expect(shares.importanceOf("individual", "admitted", false)).toBeGreaterThan(12);
  expect(shares.importanceOf("tailored", "over-threshold", false)).toBeCloseTo(1, 1);
});
