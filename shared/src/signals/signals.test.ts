/** Signals travel as they were read: every value is safe in a definition, a key and a log line. */
import { expect, test } from "vitest";
import { NO_SIGNALS, signalsSchema } from "./signals.ts";

test.each(["", "a b", "a.b", "a;b", "x".repeat(49), "é"])("refuses %j as a value", (value) => {
  expect(signalsSchema.safeParse({ ...NO_SIGNALS, event: value }).success).toBe(false);
});

test("keeps what a text is called besides", () => {
  const signals = { ...NO_SIGNALS, texts: { campaign: { text: "夏祭り-2026", folded: "2026" } } };
  expect(signalsSchema.safeParse(signals).data).toEqual(signals);
});
