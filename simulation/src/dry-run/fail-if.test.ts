import { expect, test } from "vitest";
import type { Share } from "./estimate.ts";
import { judge, parseFailIf } from "./fail-if.ts";
import type { DryRunResult } from "./result.ts";

const at = (share: number, low = share, high = share): Share => ({ share, low, high });

const RESULT = {
  changed: at(0.2),
  outcomes: [
    { as: "generic", before: at(0), after: at(0.01, 0.008, 0.012) },
    { as: "individual", before: at(1), after: at(0.5) },
  ],
  rules: { before: [], after: [{ name: "social fans", ...at(0.3, 0.29, 0.31) }] },
  origin: {
    worstAfter: {
      at: "",
      askedPerSec: 240,
      errorPerSec: 10,
      admittedPerSec: 200,
      thresholdPerSec: 200,
      tuples: 9,
    },
  },
} as unknown as DryRunResult;

test.each([
  ["generic > 1.5%", "passes"],
  ["generic > 1%", "undecided"],
  ["generic > 0.5 %", "fails"],
  ["generic>=0.8%", "fails"],
  ["individual < 50%", "passes"],
  ["individual <= 50%", "fails"],
  ["changed > 10%", "fails"],
  ["rule social fans < 25%", "passes"],
  ['rule "social fans" > 25%', "fails"],
  ["origin load > 100%", "fails"],
  ["origin load > 120%", "undecided"],
  ["origin load > 251/s", "passes"],
  ["origin  load <= 230 /s", "undecided"],
])("%s: %s", (text, verdict) => {
  expect(judge(parseFailIf(text), RESULT).verdict).toBe(verdict);
});

test.each([
  ["generic => 1%", "is not of the form"],
  ["generic > 1", "is not of the form"],
  ["generic > -1%", "is not of the form"],
  ["generic > 1% || true", "is not of the form"],
  ["", "is not of the form"],
  ["genric > 1%", '"genric" is none of individual, tailored, cluster'],
  ["generic > 1/s", "a share is in %"],
  ["rule > 1%", '"rule" is none of'],
])("refuses %j: %s", (text, reason) => {
  expect(() => parseFailIf(text)).toThrow(reason);
});

test("names the rules that there are", () => {
  expect(() => judge(parseFailIf("rule other > 1%"), RESULT)).toThrow(
    'no rule "other"; there are social fans',
  );
});
