import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, test } from "vitest";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { putIndex, testEdge } from "../test/worker/test-edge.ts";

afterEach(reset);

test("everybody sees whether it serves, and only operators how, and what failed", async () => {
  await putIndex();
  await env.PAGES.put(KV_KEY.routing, "corrupt");
  const edge = testEdge("ok");
  const seenBy = async (headers: Record<string, string> = {}) => {
    const response = await edge.get("/health", headers);
    return response.json<Record<string, unknown>>();
  };
  const seen = ["status", "problems", "clusterIndex", "servingLog"];
  expect(Object.keys(await seenBy())).toEqual(seen);
  expect(Object.keys(await seenBy({ authorization: "Bearer not-the-token" }))).toEqual(seen);
  expect(await seenBy()).toMatchObject({ servingLog: { calls: 0, lost: 0 } });
  expect(await edge.health()).toMatchObject({
    status: "degraded",
    problems: [{ key: "routing", reason: expect.stringContaining("is not JSON") }],
    suspects: { listed: 0 },
    lastFailures: { "kv-value": expect.stringContaining("routing") },
  });
});

test("where no token is configured, an empty one opens nothing", async () => {
  const edge = testEdge("ok", { EDGE_TOKEN: "" });
  expect(await edge.health()).not.toHaveProperty("failures");
});
