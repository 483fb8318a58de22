import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { setUp, TOML } from "../../test/test-admin.ts";
import { isLoopback, requireTokenUnlessLoopback } from "./auth.ts";

const ADMIN_TOKEN = "admin-token-0123456789";
const EDGE_TOKEN = "edge-token-0123456789";
const PREVIOUS_TOKEN = "edge-token-of-yesterday";

describe("requireTokenUnlessLoopback", () => {
  function ask(host: string, path: string, headers: Record<string, string> = {}): Promise<number> {
    const door = { host, adminToken: ADMIN_TOKEN, edgeTokens: [EDGE_TOKEN, PREVIOUS_TOKEN] };
    const app = new Hono()
      .use(requireTokenUnlessLoopback(door))
      .get("/health", (c) => c.text("ok"))
      .get("/recommendations", (c) => c.text("in"));
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
