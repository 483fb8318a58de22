/**
 * What a refresh cycle learns from the demo's audience. It is slow for a unit test, but it checks the result
 * that counts.
 */
import { describe, expect, test } from "vitest";
import { demoAudience } from "./audience.ts";
import { demoCatalogue, DEMO_NOW_MS } from "./catalogue.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import { DEFAULT_TREE, learn } from "@spillway/model/clusters/learn.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { readAudience } from "@spillway/origin/pipeline/ingest/read-audience.ts";
import { train } from "@spillway/model/trainers/train.ts";

async function learnFrom(entryMatters: boolean, users: number): Promise<{ first: Learned; again: Learned }> {
  const database = openDatabase(":memory:");
  const pool = createPool(2);
  try {
    const items = demoCatalogue(DEMO_NOW_MS);
    upsertItems(database, items, "demo", 0);
    const catalogue = allItems(database);
    const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));
    const audience = demoAudience({ seed: 2026, users, items, nowMs: DEMO_NOW_MS, entryMatters });
    putProfiles(
      database,
      Iterator.from(audience).map(({ user, plays, signals, visits }) => ({
        user,
        history: packHistory(
          plays.map(({ item, weight, timeMs }) => ({ item: seqs.get(item) ?? 0, weight, timeMs })),
        ),
        signals: JSON.stringify(signals),
        visits,
        source: "demo" as const,
        updatedMs: 0,
      })),
    );
    const read = await readAudience({ database, catalogue, contentNowMs: DEMO_NOW_MS, pool });
    const training = { trainer: "cosine" as const, seed: 1, maxSegments: 999, minMembers: 12, pool };
    const trained = await train(read, catalogue, training);
    const first = await learn(read, catalogue, trained, { ...DEFAULT_TREE, pool });
    const { taste } = await train(read, catalogue, { ...training, previousTaste: first.taste });
    const previous = first.clusters;
    return {
      first,
      again: await learn(read, catalogue, { ...trained, taste }, { ...DEFAULT_TREE, pool, previous }),
    };
  } finally {
    await pool.close();
    database.close();
  }
}

describe("learning from the demo's audience", () => {
  test("finds at least 200 clusters and at most 1,000, by several signals, and the same ones again", async () => {
    const { first, again } = await learnFrom(true, 20_000);
    const leaves = first.clusters.filter(({ split }) => split === undefined);
    expect(leaves.length).toBeGreaterThanOrEqual(200);
    expect(leaves.length).toBeLessThanOrEqual(1000);
    for (const { members } of leaves) expect(members).toBeGreaterThanOrEqual(DEFAULT_TREE.minMembers);
    const signals = new Set(first.clusters.flatMap(({ split }) => split?.signal ?? []));
    for (const signal of ["team", "entry", "affinity"] as const) expect(signals).toContain(signal);
    expect(again.clusters).toEqual(first.clusters);
    expect(again.taste.names).toEqual(first.taste.names);
  });

  test("splits no leaf by entry path, campaign or event where taste does not depend on them", async () => {
    const { first } = await learnFrom(false, 8000);
    const signals = new Set(first.clusters.flatMap(({ split }) => split?.signal ?? []));
    expect(signals).toContain("affinity");
    for (const signal of ["entry", "campaign", "event"] as const) expect(signals).not.toContain(signal);
  });
});
