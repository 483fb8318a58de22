import { expect, test } from "vitest";
import { holdoutOf, withHoldoutReason } from "./holdout-policy.ts";

const ALL = { share: 1, serve: "individual", salt: "" } as const;
const ADMITTED = { as: "individual", reason: "admitted", cluster: "esp" } as const;

test("a visitor of the holdout is served as it says", () => {
  expect(holdoutOf({ holdout: ALL }, undefined, "u1")).toBe("individual");
  expect(holdoutOf({ holdout: { ...ALL, share: 0 } }, undefined, "u1")).toBeUndefined();
  expect(holdoutOf({ holdout: undefined }, undefined, "u1")).toBeUndefined();
});

test("nobody is held out whom a rule names", () => {
  expect(holdoutOf({ holdout: ALL }, { kind: "individual", rule: 0 }, "u1")).toBeUndefined();
});

test("an individual page of the holdout says so, and no other page does", () => {
  expect(withHoldoutReason(ADMITTED, "individual")).toEqual({ ...ADMITTED, reason: "holdout" });
  expect(withHoldoutReason(ADMITTED, undefined)).toBe(ADMITTED);
  const forced = { ...ADMITTED, reason: "forced" } as const;
  expect(withHoldoutReason(forced, "individual")).toBe(forced);
});
