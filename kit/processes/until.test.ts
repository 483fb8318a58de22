import { expect, test } from "vitest";
import { until } from "./until.ts";

test("asks again until the answer is true; an error is not yet", async () => {
  const given = [false, new Error("not up"), true];
  let asked = 0;
  await until(
    "the third answer",
    () => {
      const next = given[asked++];
      if (next instanceof Error) throw next;
      return next === true;
    },
    { withinMs: 60_000, everyMs: 1 },
  );
  expect(asked).toBe(3);
});

const refused = () => Promise.reject(new Error("refused"));

test("names what it waited for, and the last error", async () => {
  await expect(until("an answer", refused, { withinMs: 20, everyMs: 1 })).rejects.toThrow(
    "not within 0.02 s: an answer: Error: refused",
  );
});

test("an abort ends the waiting", async () => {
  const controller = new AbortController();
  const waiting = until("never", () => false, {
    withinMs: 60_000,
    everyMs: 60_000,
    signal: controller.signal,
  });
  controller.abort();
  await expect(waiting).rejects.toThrow("aborted");
});
