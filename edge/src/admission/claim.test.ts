import { expect, test } from "vitest";
import { claimOf } from "./claim.ts";

test.each([
  [true, false, false, "proven-without-state"],
  [true, true, true, "carrier"],
  [true, true, false, "carrier"],
  [false, true, true, "carrier"],
  [false, true, false, "stranger"],
  [false, false, false, "stranger"],
] as const)("proven %j, with a state of one's own %j that says something %j: %s", (...claimant) => {
  const [proven, carriesState, saysSomething, claim] = claimant;
  expect(claimOf({ proven, carriesState, saysSomething })).toBe(claim);
});
