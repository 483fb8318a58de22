import { reset } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { testEdge } from "../test/worker/test-edge.ts";
import type { Bindings } from "./env.ts";
import { VARIABLES } from "./variables.ts";

afterEach(reset);

const NAMES = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
const HOME = "/recommendations?user=u1";
const EVENTS = JSON.stringify({ events: [{ id: "e1", type: "play", item: "i1" }] });

/** What people and tools put where a text is expected. `wrangler.toml` may hold any JSON. */
const garbage = fc.oneof(
  fc.constantFrom<unknown>(
    '{"keys":[{"kty":"constructor"}]}',
    '{"keys":[{"kty":"__proto__"}]}',
    '{"keys":[null]}',
    '{"keys":{}}',
    "{}",
    "[]",
    "null",
    "true",
    "0",
    "-1",
    "NaN",
    "Infinity",
    "1e999",
    "undefined",
    "[object Object]",
    "\0",
    "http://",
    "http://[",
    "//",
    "javascript:alert(1)",
    "https://user:password@127.0.0.1:9",
    "null",
    "*",
    "\ud800",
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC7xxxxxxxxxxxx",
    "constructor",
    "__proto__",
    "toString",
    ";",
    "=",
    ",",
    0,
    -1,
    1.5,
    true,
    false,
    null,
    [],
    ["https://app.example.com"],
    {},
    { keys: [{ kty: "toString" }] },
  ),
  fc.string({ unit: "binary" }),
  fc.jsonValue(),
);
const variables = fc.dictionary(fc.constantFrom(...NAMES), garbage, { minKeys: 1, maxKeys: 3 });

test("whatever a variable holds, every page is served, no route breaks, and nobody is believed by mistake", async () => {
  await fc.assert(
    fc.asyncProperty(variables, async (broken) => {
      const { get, post, requests } = testEdge("ok", broken as Partial<Bindings>);
      const page = await get(HOME, { origin: "https://app.example.com", cookie: "spillway_user=x" });
      const told = [page.status, (await get("/health")).status, (await get("/unknown")).status];
      expect(told).toEqual([200, 200, 404]);
      // 503: the origin's address or token is among what is broken.
      expect([202, 503]).toContain((await post("/events", EVENTS)).status);
      for (const method of ["POST", "DELETE"]) {
        expect([401, 403]).toContain((await get("/identify", {}, method)).status);
      }
      const tokensMeant = Object.entries(broken).some(
        ([name, value]) => name.startsWith("USER_TOKEN_") && value !== "" && value !== null,
      );
      const asked = (await requests()).filter(({ url }) => url.startsWith("/recommendations"));
      for (const { url } of asked) expect(url.includes("user=u1&")).toBe(!tokensMeant);
    }),
    { numRuns: 60, seed: 13 },
  );
});

const BINDINGS = ["SERVING_LOG", "COLD_LIMIT", "NEW_ID_LIMIT", "VISITOR_LIMIT", "ORIGIN_WATCH"] as const;
const ALL_BINDINGS = [...BINDINGS, "PAGES", "EVENTS", "EVENTS_2", "DEAD_LETTERS"] as const;

test.each(
  ALL_BINDINGS.flatMap((name) => [undefined, "a variable", {}, 1].map((value) => [name, value] as const)),
)("the binding %s as %j breaks no page", async (name, value) => {
  const { get, post } = testEdge("ok", { [name]: value } as unknown as Partial<Bindings>);
  expect([(await get(HOME)).status, (await get("/health")).status]).toEqual([200, 200]);
  expect([202, 429, 503]).toContain((await post("/events", EVENTS)).status);
});

test.each(NAMES)(
  "%s as a table of wrangler.toml breaks no page, and /health says what was expected",
  async (name) => {
    const { get } = testEdge("ok", { [name]: { a: 1 } } as unknown as Partial<Bindings>);
    expect((await get(HOME)).status).toBe(200);
    const { problems } = await (await get("/health")).json<{ problems: { key: string; reason: string }[] }>();
    // Any text may be a claim's value, and a long one a secret.
    const mayBeText = ["USER_TOKEN_ISSUER", "USER_TOKEN_AUDIENCE"].includes(name);
    expect(problems.map(({ key }) => key)).toContain(mayBeText ? "USER_TOKEN_KEYS" : name);
  },
);
