import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { setUp, TOML } from "../../test/test-admin.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { ADMIN_TOKEN, testOperators } from "../../test/test-operators.ts";
import { sessionRoutes } from "./operators/session.ts";
import { isLoopback, requireTokenUnlessLoopback } from "./auth.ts";

const EDGE_TOKEN = "edge-token-0123456789";
const PREVIOUS_TOKEN = "edge-token-of-yesterday";

describe("requireTokenUnlessLoopback", () => {
  function ask(host: string, path: string, headers: Record<string, string> = {}): Promise<number> {
    const door = { host, edgeTokens: [EDGE_TOKEN, PREVIOUS_TOKEN] };
    const routes = new Hono()
      .use(requireTokenUnlessLoopback(door))
      .get("/health", (c) => c.text("ok"))
      .get("/recommendations", (c) => c.text("in"));
    const app = testOperators(openForTest(), () => 1000).around(routes);
    return Promise.resolve(app.request(path, { headers })).then(({ status }) => status);
  }

  test("everybody passes on loopback", async () => {
    expect(await ask("127.0.0.1", "/recommendations")).toBe(200);
  });

  test("elsewhere only health is open", async () => {
    expect(await ask("0.0.0.0", "/health")).toBe(200);
    expect(await ask("0.0.0.0", "/recommendations")).toBe(401);
  });

  test.each([ADMIN_TOKEN, EDGE_TOKEN, PREVIOUS_TOKEN])("each token opens", async (token) => {
    expect(await ask("0.0.0.0", "/recommendations", { authorization: `Bearer ${token}` })).toBe(200);
  });
});

async function setUpDoor() {
  const database = openForTest();
  const { operatorStore, consoleSessions, around } = testOperators(database, () => 1000);
  const secretOf = async (role: "viewer" | "operator") => {
    const made = await operatorStore.tokens.create({ name: role, role, by: "admin", nowMs: 1 });
    return made.kind === "created" ? made.secret : "";
  };
  const guard = { host: "0.0.0.0", edgeTokens: [EDGE_TOKEN] };
  const routes = new Hono()
    .use(requireTokenUnlessLoopback(guard))
    .get("/recommendations", (c) => c.text("in"))
    .get("/console/", (c) => c.text("the page"))
    .post("/events", (c) => c.text("in"))
    .route("/", sessionRoutes({ consoleSessions }));
  const app = around(routes);
  const ask = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    app.request(path, { method, headers, ...(body !== undefined && { body }) });
  return { ask, viewer: await secretOf("viewer"), operator: await secretOf("operator") };
}

describe("elsewhere than on loopback, an operator", () => {
  test("reads with any token, and posts events with an operator's", async () => {
    const { ask, viewer, operator } = await setUpDoor();
    const status = async (method: string, path: string, token: string) =>
      (await ask(method, path, { authorization: `Bearer ${token}` })).status;
    expect(await status("GET", "/recommendations", viewer)).toBe(200);
    expect(await status("POST", "/events", viewer)).toBe(403);
    expect(await status("POST", "/events", operator)).toBe(200);
    expect(await status("GET", "/recommendations", `${viewer.slice(0, -1)}!`)).toBe(401);
  });

  test("signs in without a token, and then reads by the session, which posts no events", async () => {
    const { ask, operator } = await setUpDoor();
    expect((await ask("GET", "/console/")).status).toBe(200);
    expect((await ask("GET", "/recommendations")).status).toBe(401);
    const type = { "content-type": "application/json" };
    const signedIn = await ask("POST", "/console/session", type, JSON.stringify({ token: operator }));
    const cookie = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    expect((await ask("GET", "/recommendations", { cookie })).status).toBe(200);
    expect((await ask("POST", "/events", { cookie, "sec-fetch-site": "cross-site" })).status).toBe(403);
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.5.0.1", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["127.example.com", false],
  ["10.0.0.1", false],
])("%s is loopback: %s", (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test("every admin route needs the token", async () => {
  const { editorial, catalogue, routing, onRouting } = setUp();
  const answers = await Promise.all([
    editorial.request("/editorial/pins"),
    editorial.request("/editorial/pins", { method: "PUT", body: "{}" }),
    catalogue.request("/catalogue", { method: "PATCH", body: "{}" }),
    routing.request("/routing"),
    routing.request("/routing", { method: "PUT", body: TOML }),
    routing.request("/routing/rollback", { method: "POST" }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 401]);
  expect(onRouting).not.toHaveBeenCalled();
});
