import { NOT_SENT } from "@spillway/kit/processes/open-loop.ts";
import { expect, test } from "vitest";
import { spikeSentence, type SpikeProgress } from "./spike-progress.ts";
import { reportText } from "./spike-report.ts";
import { SpikeTally } from "./spike-tally.ts";

function tallied(): SpikeTally {
  const tally = new SpikeTally();
  const add = (servedAs: string, { atMs = 100, latencyMs = 10, lagMs = 0, status = 200 } = {}) =>
    tally.add({ atMs, latencyMs, lagMs, status, servedAs, reason: "" });
  add("individual", { latencyMs: 40 });
  for (let at = 0; at < 6; at += 1) add("tailored", { atMs: 1500 });
  add("cluster", { lagMs: 150 });
  add("generic");
  add("", { status: 500 });
  add(NOT_SENT, { status: 0 });
  return tally;
}

test("counts by rung, and tells failures from what this machine never sent", () => {
  const figures = tallied().figures();
  expect(figures).toMatchObject({
    visitors: 11,
    failed: 1,
    notSent: 1,
    late: 1,
    genericShare: 0.1,
    failures: { "status 500": 1 },
  });
  expect(figures.rungs).toEqual([
    { rung: "individual", pages: 1, share: 0.1, p50Ms: 40, p99Ms: 40 },
    { rung: "tailored", pages: 6, share: 0.6, p50Ms: 10, p99Ms: 10 },
    { rung: "cluster", pages: 1, share: 0.1, p50Ms: 10, p99Ms: 10 },
    { rung: "generic", pages: 1, share: 0.1, p50Ms: 10, p99Ms: 10 },
  ]);
  const text = reportText(figures);
  expect(text).toContain("Generic: 10.0 %. Without a page: 1 (1 × status 500).");
  expect(text).toMatch(/too slow for 1 visitor, who was/);
});

test("of the last second are those that were answered in it", () => {
  const { visitors, byRung } = tallied().recent(2000);
  expect([visitors, byRung.tailored]).toEqual([6, 6]);
});

test("one sentence says what happens, to somebody who has never heard of it", () => {
  const tally = tallied();
  const progress: SpikeProgress = {
    id: "s1",
    phase: "wall",
    atMs: 2000,
    forMs: 60_000,
    thresholdPerSec: 2,
    peakPerSec: 200,
    recent: tally.recent(2000),
    total: tally.counts(),
  };
  expect(spikeSentence(progress, "up")).toBe(
    "The wall: 6 visitors a second, 3 times what the origin has time for. 100 % got a page that the edge made for them; nobody got an error.",
  );
  expect(spikeSentence(progress, "dead")).toMatch(/^The origin is dead\. The wall/);
  const unanswered = { ...progress, recent: new SpikeTally().counts() };
  expect(spikeSentence(unanswered, "up")).toBe(
    "The wall. This machine is busy: no visitor was answered in the last second.",
  );
  expect(spikeSentence({ ...progress, phase: "over" }, "up")).toBe(
    "It is over: of 10 visitors 10 % got the origin's own page, 60 % a page that the edge made for them, 10 % one for people like them, 10 % everybody's page; 1 got no page.",
  );
});
