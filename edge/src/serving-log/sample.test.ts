import { createExecutionContext } from "cloudflare:test";
import { beforeEach, describe, expect, test } from "vitest";
import type { PackedServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import { unpackTuple, type OwnedTuple } from "@spillway/shared/sample/unpack-tuple.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import {
  putIndex,
  putPage,
  putRouting,
  testEdge,
  type OriginBehaviour,
} from "../../test/worker/test-edge.ts";
import { SAMPLE_BOUNDS } from "./sample.ts";

const KEY = "a secret for the hashes of users";

function sampling(behaviour: OriginBehaviour = "down", overrides: Record<string, string> = {}) {
  const bodies: PackedServingReport[] = [];
  const queue = {
    sendBatch: (messages: Iterable<{ body: PackedServingReport }>) => {
      bodies.push(...Array.from(messages, ({ body }) => body));
      return Promise.resolve({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } });
    },
  };
  const edge = testEdge(behaviour, {
    SERVING_LOG: queue as unknown as Queue<PackedServingReport>,
    USER_HASH_KEY: KEY,
    SERVING_LOG_FLUSH_MS: "1",
    ...overrides,
  });
  const sampled = (): OwnedTuple[] =>
    bodies.flatMap(({ tuples = [] }) =>
      tuples.map(([packed, weight]) => {
        const owned = unpackTuple(packed, weight);
        if (owned === undefined) throw new Error(`${packed} is no tuple`);
        return owned;
      }),
    );
  return { ...edge, bodies, sampled };
}

beforeEach(async () => {
  await putIndex();
  await putPage("esp");
  await putPage("generic");
  await putRouting({ rules: [{ when: { campaign: "press-*" }, then: "generic" }] }, 12);
});

describe("the sample of an isolate", () => {
  test("says what a request was decided by", async () => {
    const { get, sampled } = sampling();
    await get("/recommendations?context=homepage&user=u42&team=ESP&utm_campaign=qf&utm_medium=cpc");
    await expect.poll(sampled).toHaveLength(1);
    const [{ owner, tuple }] = sampled() as [OwnedTuple];
    expect(owner).toEqual({ user: createUserHash(KEY)("u42"), network: "" });
    expect(tuple).toMatchObject({
      context: "homepage",
      signals: { team: "ESP", campaign: "qf", entry: "ad", affinity: "none", device: "other" },
      as: "cluster",
      reason: "origin-unreachable",
      cluster: "esp",
      rule: undefined,
      version: 12,
      holdout: false,
      known: false,
      weight: 1,
    } satisfies Partial<Record<keyof DecisionTuple, unknown>>);
    expect(Math.abs(tuple.minute * 60_000 - Date.now())).toBeLessThan(120_000);
  });

  test("names the rule that decided", async () => {
    const { get, sampled } = sampling();
    await get("/recommendations?context=homepage&user=u42&team=ESP&utm_campaign=press-day");
    await expect.poll(sampled).toHaveLength(1);
    expect(sampled()[0]?.tuple).toMatchObject({
      as: "generic",
      reason: "rule",
      rule: "rule-1",
      cluster: "generic",
    });
  });

  test("counts who keeps no cookies by their network, and who has an id by it", async () => {
    const { get, sampled } = sampling();
    for (const address of ["203.0.113.7", "203.0.113.8", "198.51.100.1"])
      await get("/recommendations?context=homepage", { "cf-connecting-ip": address });
    await get("/recommendations?context=homepage&user=u1", { "cf-connecting-ip": "203.0.113.7" });
    await expect.poll(sampled).toHaveLength(4);
    const networks = sampled().map(({ owner }) => owner.network);
    expect(new Set(networks).size).toBe(3);
    expect(networks[0]).toBe(networks[1]);
    expect(networks[3]).toBe("");
    expect(JSON.stringify(sampled())).not.toMatch(/203\.0\.113|198\.51\.100/);
  });

  test("keeps its bounds in a flood, and weighs so that totals are right", async () => {
    const { edge, bindings, sampled, bodies, health } = sampling("down", { SERVING_LOG_FLUSH_MS: "2000" });
    const many = 1000;
    for (let at = 0; at < many; at += 1) {
      const campaign = at % 20 === 0 ? "press-day" : "qf";
      const path = `/recommendations?context=homepage&user=u${at % 50}&team=ESP&utm_campaign=${campaign}`;
      // Nobody waits for the flush behind it.
      await edge.app.fetch(new Request(`http://edge.example${path}`), bindings, createExecutionContext());
    }
    expect(await health()).toMatchObject({ sample: { recorded: many } });
    const arrived = (): number =>
      bodies.flatMap(({ rows }) => rows.map((row) => row[9])).reduce((a, b) => a + b, 0);
    await expect.poll(arrived, { timeout: 20_000 }).toBe(many);
    const tuples = sampled().map(({ tuple }) => tuple);
    const { sample } = (await health()) as { sample: { recorded: number; taken: number } };
    expect(sample.taken).toBe(tuples.length);
    expect(tuples.length / bodies.length).toBeGreaterThan(20);
    expect(tuples.length / bodies.length).toBeLessThanOrEqual(SAMPLE_BOUNDS.maxItems);
    const total = tuples.reduce((sum, { weight }) => sum + weight, 0);
    expect(total / many).toBeGreaterThan(0.5);
    expect(total / many).toBeLessThan(2);
    // One request in twenty.
    expect(tuples.filter(({ reason }) => reason === "rule").length).toBeGreaterThan(0);
  });

  test("is not recorded where the operator says so", async () => {
    const { get, bodies } = sampling("down", { NO_SAMPLE: "true" });
    await get("/recommendations?context=homepage&user=u42");
    await expect.poll(() => bodies).toHaveLength(1);
    expect(bodies[0]).not.toHaveProperty("tuples");
  });
});
