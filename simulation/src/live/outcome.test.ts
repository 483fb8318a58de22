import { expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";

const times = { atMs: 10, lagMs: 1, latencyMs: 5 };

test("a response tells how and why it was served", () => {
  const served = 'cluster;reason=over-threshold;cluster="esp";generation=1';
  expect(outcomeOf({ ...times, result: { ok: true, answer: { status: 200, served } } })).toEqual({
    ...times,
    status: 200,
    servedAs: "cluster",
    reason: "over-threshold",
  });
});

test("no response is an outcome with status 0 that tells the transport's error", () => {
  expect(outcomeOf({ ...times, result: { ok: false, reason: "connect ECONNREFUSED" } })).toEqual({
    ...times,
    status: 0,
    servedAs: "connect ECONNREFUSED",
    reason: "",
  });
});
