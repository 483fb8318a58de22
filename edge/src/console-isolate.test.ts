import { reset } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { Bindings } from "./env.ts";
import { putIndex, putPage, putRouting, SOCIAL, testEdge } from "../test/worker/test-edge.ts";

afterEach(reset);

const EDGE_TOKEN = testEdge("ok").bindings.EDGE_TOKEN ?? "";
const SESSION = { id: "0123456789abcdefABCD-_", name: "ada", role: "viewer" as const };

function sealed(expiresMs = Date.now() + 60_000, token = EDGE_TOKEN): Promise<string> {
  return createConsoleSessions(token).seal({ ...SESSION, expiresMs });
}

async function ask(edge: ReturnType<typeof testEdge>, pass: string | undefined, method = "GET") {
  const headers: Record<string, string> = { origin: "https://console.example" };
  if (pass !== undefined) headers["authorization"] = `Bearer ${pass}`;
  return edge.fetch(new Request("http://edge.example/console/isolate", { method, headers }));
}

test("tells who has a pass what this isolate knows, with the origin down", async () => {
  await putIndex();
  await putPage("esp.social", "homepage");
  await putRouting({});
  const queue = { sendBatch: () => Promise.resolve() } as unknown as Bindings["SERVING_LOG"];
  const edge = testEdge("down", { SERVING_LOG: queue });
  for (let page = 0; page < 3; page += 1) await edge.get("/recommendations?user=u1", SOCIAL);
  const body = JSON.stringify({ events: [{ type: "click", item: "a", user: "u1" }] });
  await edge.fetch(new Request("http://edge.example/events", { method: "POST", body }));
  const response = await ask(edge, await sealed());
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
  expect(await response.json()).toEqual({
    isolate: expect.stringMatching(/^i/),
    // A posted batch of events is no page.
    served: { cluster: 3 },
    routing: { mode: "auto", version: expect.any(Number) },
    generation: expect.any(Number),
    admission: expect.objectContaining({ unanswered: 0 }),
  });
});

test.each([
  ["no pass", () => Promise.resolve(undefined)],
  ["one that has expired", () => sealed(Date.now() - 1)],
  ["one of another token", () => sealed(undefined, "another-edge-token-0123456789")],
  ["the edge token itself", () => Promise.resolve(EDGE_TOKEN)],
])("refuses %s", async (_, passOf) => {
  const response = await ask(testEdge("ok"), await passOf());
  expect(response.status).toBe(401);
  expect(await response.text()).not.toContain("admission");
});

test("without a secret, no pass holds", async () => {
  expect((await ask(testEdge("ok", { EDGE_TOKEN: "" }), await sealed())).status).toBe(401);
});

test("a browser may ask whether the page may send its pass, also where other origins are allowed", async () => {
  for (const bindings of [{}, { ALLOWED_ORIGINS: "https://www.example.org" }]) {
    const response = await ask(testEdge("ok", bindings), undefined, "OPTIONS");
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toBe("authorization");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  }
});

test("obeys a mode that is forced until its time is over", async () => {
  await putIndex();
  await putPage("esp.social", "homepage");
  await putRouting({}, 3, { override: { mode: "force-cluster", untilMs: Date.now() + 60_000 } });
  const forced = testEdge("ok");
  const served = (await forced.get("/recommendations?user=u1", SOCIAL)).headers.get("spillway-served");
  expect(served).toContain("cluster;reason=forced");
  await putRouting({}, 3, { override: { mode: "force-cluster", untilMs: Date.now() - 1 } });
  const after = await testEdge("ok").get("/recommendations?user=u1", SOCIAL);
  expect(after.headers.get("spillway-served")).toContain("individual;reason=admitted");
});
