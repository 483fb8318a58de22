/** Any text becomes a signal value that is safe in a definition, a key and a log line. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SIGNALS, signalsSchema, toSignalValue } from "./signals.ts";

test.each([
  ["qf-esp-bel", "qf-esp-bel"],
  ["QF: Spain v. Belgium!", "QF-Spain-v-Belgium"],
  ["Curaçao & Côte d'Ivoire", "Curacao-Cote-d-Ivoire"],
  ["--a--", "a"],
  ["a_b", "a_b"],
  ["", "none"],
  ["日本", "none"],
  ["\ud800", "none"],
  ["x".repeat(300), "x".repeat(48)],
  [`${"x".repeat(47)}-y`, "x".repeat(47)],
])("turns %j into %j", (text, value) => {
  expect(toSignalValue(text)).toBe(value);
});

test("turns any text into a valid value, and leaves a value as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const value = toSignalValue(text);
      expect(signalsSchema.safeParse({ ...NO_SIGNALS, campaign: value }).success).toBe(true);
      expect(toSignalValue(value)).toBe(value);
    }),
  );
});

test.each(["", "a b", "a.b", "a;b", "x".repeat(49), "é"])("refuses %j as a value", (value) => {
  expect(signalsSchema.safeParse({ ...NO_SIGNALS, event: value }).success).toBe(false);
});
