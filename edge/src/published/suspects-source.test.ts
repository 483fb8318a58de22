import { env } from "cloudflare:workers";
import { expect, inject, test } from "vitest";
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { putIndex, putPage, putRouting, SOCIAL, testEdge } from "../../test/worker/test-edge.ts";

const HOUR_MS = 3_600_000;

async function list(suspects: readonly { user: string; expiresMs: number }[]): Promise<void> {
  const hashUser = createUserHash(inject("origin").token);
  const hashed = suspects.map(({ user, expiresMs }) => ({ hash: hashUser(user), expiresMs }));
  await env.PAGES.put(KV_KEY.suspects, JSON.stringify(packSuspects(1, hashed)));
}

test("suspects get their cluster's page and never reach the origin; everybody else does", async () => {
  await putIndex();
  await putRouting({});
  await putPage("esp.social");
  await list([
    { user: "scraper", expiresMs: Date.now() + HOUR_MS },
    { user: "former", expiresMs: Date.now() - 1000 },
  ]);
  const edge = testEdge("ok");
  const served = async (user: string, context = "homepage"): Promise<string> => {
    const response = await edge.get(`/recommendations?context=${context}&user=${user}`, SOCIAL);
    return response.headers.get("Spillway-Served")?.split(";generation")[0] ?? "";
  };
  // An isolate's first request waits for the list.
  expect(await served("scraper")).toBe('cluster;reason=over-threshold;cluster="esp.social"');
  expect(await served("scraper", "search&q=x")).toMatch(/^cluster;/);
  expect(await edge.requests()).toHaveLength(0);
  expect(await served("viewer")).toMatch(/^individual;/);
  expect(await served("former")).toMatch(/^individual;/);
});

test("a broken list lists nobody", async () => {
  await putIndex();
  await putRouting({});
  await env.PAGES.put(KV_KEY.suspects, '{"version":1,"suspects":"?"}');
  const edge = testEdge("ok");
  for (let request = 0; request < 2; request += 1) {
    const response = await edge.get("/recommendations?context=homepage&user=u1");
    expect(response.headers.get("Spillway-Served")).toMatch(/^individual;/);
  }
});
