import { expect, test } from "vitest";
import { claimOf } from "./claim.ts";

test.each([
  [true, false, "proven-without-state"],
  [true, true, "carrier"],
  [false, true, "carrier"],
  [false, false, "stranger"],
] as const)("proven %j and with a state of one's own %j: %s", (proven, carriesState, claim) => {
  expect(claimOf({ proven, carriesState })).toBe(claim);
});
