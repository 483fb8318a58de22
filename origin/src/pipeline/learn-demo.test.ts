/** What the cycle learns on the demo's audience; slow for a unit test, and the promise that counts. */
import { describe, expect, test } from "vitest";
import { demoAudience } from "../demo/audience.ts";
import { demoCatalogue, DEMO_NOW_MS } from "../demo/catalogue.ts";
import { DEFAULT_TREE, learn } from "./learn.ts";

const items = demoCatalogue(DEMO_NOW_MS);
const catalogue = items.map((item, at) => ({ seq: at + 1, item }));
const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));

function learnFrom(entryMatters: boolean) {
  const users = Array.from(
    demoAudience({ seed: 2026, users: 20_000, items, nowMs: DEMO_NOW_MS, entryMatters }),
    ({ plays, signals, visits }) => ({
      history: plays.map(({ item, weight, timeMs }) => ({ item: seqs.get(item) ?? 0, weight, timeMs })),
      signals,
      visits,
    }),
  );
  return learn(catalogue, users, { ...DEFAULT_TREE, seed: 1, nowMs: DEMO_NOW_MS }).clusters;
}

describe("learning from the demo's audience", () => {
  test("finds at least 200 clusters and at most 1,000, by several signals", () => {
    const clusters = learnFrom(true);
    const leaves = clusters.filter(({ split }) => split === undefined);
    expect(leaves.length).toBeGreaterThanOrEqual(200);
    expect(leaves.length).toBeLessThanOrEqual(1000);
    for (const { members } of leaves) expect(members).toBeGreaterThanOrEqual(DEFAULT_TREE.minMembers);
    const signals = new Set(clusters.flatMap(({ split }) => split?.signal ?? []));
    for (const signal of ["team", "entry", "affinity"] as const) expect(signals).toContain(signal);
  }, 30_000);

  test("splits no leaf by entry path, campaign or event where taste does not depend on them", () => {
    const signals = new Set(learnFrom(false).flatMap(({ split }) => split?.signal ?? []));
    expect(signals).toContain("team");
    for (const signal of ["entry", "campaign", "event"] as const) expect(signals).not.toContain(signal);
  }, 30_000);
});
