import { reset } from "cloudflare:test";
import { SignJWT } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { putIndex, putPage, putRouting, testEdge } from "../../test/worker/test-edge.ts";
import { viewerText } from "../../test/test-viewer.ts";

const SECRET = "a-secret-of-tests-with-32-characters";
const VISITOR = "2b1f6d2e-8f0e-4a5c-9d55-0c7a3f1b9e11";

beforeEach(async () => {
  // The clock of the isolate alone: however busy the machine is, requests come as often.
  vi.useFakeTimers({ toFake: ["Date"] });
  await putIndex();
  await putRouting({});
  await putPage("generic");
  await putPage("other");
});
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

type Requests = Readonly<
  Record<string, { readonly path?: string; readonly headers?: Record<string, string> }>
>;

/**
 * Sends 50 requests a second, of each kind in turn, far more than the share of 2 a second; counts individual
 * pages.
 */
async function flood(edge: ReturnType<typeof testEdge>, requests: Requests): Promise<Record<string, number>> {
  const individual = new Map(Object.keys(requests).map((kind) => [kind, 0]));
  // The first answer brings the share.
  await edge.get("/recommendations?context=homepage");
  for (let round = 0; round < 70; round += 1) {
    for (const [kind, { path = "", headers }] of Object.entries(requests)) {
      vi.setSystemTime(Date.now() + 20);
      const response = await edge.get(`/recommendations?context=homepage${path}`, headers);
      const isIndividual = response.headers.get("spillway-served")?.startsWith("individual") === true;
      if (isIndividual) individual.set(kind, (individual.get(kind) ?? 0) + 1);
    }
  }
  return Object.fromEntries(individual);
}

test("a share goes to proven users without a state, then to carriers; a user that nothing proves earns nothing", async () => {
  const edge = testEdge("small-share", { USER_TOKEN_KEYS: SECRET });
  const token = await new SignJWT({ sub: "u42", exp: Math.floor(Date.now() / 1000) + 3600 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(SECRET));
  const mine = viewerText("u42", edge.bindings.EDGE_TOKEN ?? "", { watched: [1, 2] });
  const bearer = { authorization: `Bearer ${token}` };
  const counts = await flood(edge, {
    unproven: { path: "&user=u42" },
    carrier: { headers: { ...bearer, cookie: `spillway_viewer=${mine}` } },
    proven: { headers: bearer },
  });
  expect(counts["proven"]).toBeGreaterThan(5);
  expect(counts["proven"]).toBeGreaterThan(2 * ((counts["carrier"] ?? 0) + (counts["unproven"] ?? 0)));
});

test("where no tokens are configured, whoever carries a state of their own goes first, and another one's earns nothing", async () => {
  const edge = testEdge("small-share");
  const token = edge.bindings.EDGE_TOKEN ?? "";
  const visitor = `spillway_visitor=${VISITOR}`;
  const counts = await flood(edge, {
    unproven: { path: "&user=u42" },
    another: {
      path: "&user=u7",
      headers: { cookie: `spillway_viewer=${viewerText("u42", token, { watched: [1, 2] })}` },
    },
    carrier: {
      headers: {
        cookie: `${visitor}; spillway_viewer=${viewerText(`v_${VISITOR}`, token, { watched: [1, 2] })}`,
      },
    },
  });
  expect(counts["carrier"]).toBeGreaterThan(5);
  expect(counts["carrier"]).toBeGreaterThan(2 * ((counts["another"] ?? 0) + (counts["unproven"] ?? 0)));
});

test("the state that a stranger's first page has brought says nothing, and earns nothing", async () => {
  const edge = testEdge("small-share");
  const token = edge.bindings.EDGE_TOKEN ?? "";
  const cookieOf = (user: string, watched: number[]) =>
    `spillway_viewer=${viewerText(user, token, { watched })}`;
  const counts = await flood(edge, {
    unproven: { path: "&user=u9" },
    empty: { path: "&user=u7", headers: { cookie: cookieOf("u7", []) } },
    carrier: { path: "&user=u42", headers: { cookie: cookieOf("u42", [1, 2]) } },
  });
  expect(counts["carrier"]).toBeGreaterThan(5);
  expect(counts["carrier"]).toBeGreaterThan(2 * ((counts["empty"] ?? 0) + (counts["unproven"] ?? 0)));
});
