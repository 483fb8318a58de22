import { reset } from "cloudflare:test";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import { tagOf, viewerSet, viewerText } from "../../test/test-viewer.ts";
import { putRouting, testEdge, type OriginBehaviour } from "../../test/worker/test-edge.ts";

const SECRET = "a-secret-of-thirty-two-characters";
const VISITOR = "0a1b2c3d-0000-4000-8000-0123456789ab";

afterEach(reset);

function token(user: string, secret = SECRET, expiresInS = 600): Promise<string> {
  return new SignJWT({ sub: user, exp: Date.now() / 1000 + expiresInS })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(secret));
}

function setUp(behaviour: OriginBehaviour = "ok", keys = SECRET) {
  const edge = testEdge(behaviour, { USER_TOKEN_KEYS: keys });
  const identify = (authorization: string, method = "POST", cookie = `spillway_visitor=${VISITOR}`) =>
    edge.get("/identify?user=u1", { authorization, cookie }, method);
  return { ...edge, identify };
}

test.each(["POST", "DELETE"])(
  "%s tells the origin the token's user and the cookie's visitor",
  async (method) => {
    const { identify, requests } = setUp();
    const response = await identify(`Bearer ${await token("u42")}`, method);
    expect([response.status, await response.json()]).toEqual([200, { outcome: "linked" }]);
    const [request, ...more] = await requests();
    expect(more).toEqual([]);
    expect(request).toMatchObject({ method, url: "/identify" });
    const { successor, atMs, ...link } = JSON.parse(request?.body ?? "") as Record<string, unknown>;
    expect(typeof atMs).toBe(method === "POST" ? "number" : "undefined");
    expect(link).toEqual({ visitor: `v_${VISITOR}`, user: "u42" });
    const [given = "", ...others] = response.headers.getSetCookie();
    expect(given).toMatch(
      /^spillway_visitor=[\da-f-]{36}; Path=\/; Max-Age=31536000; SameSite=Lax; HttpOnly$/,
    );
    expect(given).not.toContain(VISITOR);
    expect(successor).toBe(method === "POST" ? `v_${given.slice(17, 53)}` : undefined);
    const forgotten = others.join().startsWith("spillway_viewer=; Path=/; Max-Age=0");
    expect(forgotten).toBe(method === "DELETE");
  },
);

test.each([
  ["the visitor's", `v_${VISITOR}`, "the user's"],
  ["the user's own", "u42", "as it was"],
  ["somebody else's", "u7", "removed"],
] as const)("after a login %s state, of %s, is %s", async (_, owner, becomes) => {
  await putRouting({});
  const { identify, bindings } = setUp();
  const key = bindings.EDGE_TOKEN ?? "";
  const cookies = `spillway_visitor=${VISITOR}; spillway_viewer=${viewerText(owner, key, { watched: [5] })}`;
  const set = viewerSet(await identify(`Bearer ${await token("u42")}`, "POST", cookies));
  const handedOver = { ownerTag: tagOf("u42", key), state: { titles: { items: Uint32Array.of(5) } } };
  const expected = { "the user's": handedOver, "as it was": undefined, removed: "removed" }[becomes];
  expect({ set }).toMatchObject({ set: expected });
});

test("over https it reads and gives only the cookie that no other host can set", async () => {
  const { fetch, requests } = setUp();
  const planted = "ffffffff-0000-4000-8000-0123456789ab";
  const login = async (cookie: string) =>
    fetch(
      new Request("https://edge.example/identify", {
        method: "POST",
        headers: { authorization: `Bearer ${await token("u42")}`, cookie },
      }),
    );
  expect((await login(`spillway_visitor=${planted}`)).status).toBe(400);
  const response = await login(`spillway_visitor=${planted}; __Host-spillway_visitor=${VISITOR}`);
  expect(response.headers.getSetCookie().join()).toMatch(
    /^__Host-spillway_visitor=[\da-f-]{36}; Path=\/; Max-Age=31536000; SameSite=Lax; HttpOnly; Secure$/,
  );
  const [request] = await requests();
  expect(request?.body).toContain(VISITOR);
});

test("a token that does not hold is refused with the reason, and the origin hears nothing", async () => {
  const { identify, requests } = setUp();
  const unsigned = new UnsecuredJWT({ sub: "u42", exp: Date.now() / 1000 + 600 }).encode();
  for (const [given, reason] of [
    ["", /missing/],
    ["forged", /not valid/],
    [unsigned, /not valid/],
    [await token("u42", "another-secret-of-thirty-two-chars"), /not valid/],
    [await token("u42", SECRET, -60), /expired/],
    [await token("x".repeat(10_000)), /not valid/],
  ] as const) {
    const response = await identify(given === "" ? "" : `Bearer ${given}`);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      errors: [{ key: "token", reason: expect.stringMatching(reason) }],
    });
  }
  expect(await requests()).toEqual([]);
});

test("without keys nobody from outside may identify anybody", async () => {
  const { identify, requests } = setUp("ok", "");
  const response = await identify(`Bearer ${await token("u42")}`);
  expect(response.status).toBe(403);
  expect(await response.text()).toContain("USER_TOKEN_KEYS");
  expect(await requests()).toEqual([]);
});

test.each(["", "spillway_visitor=v_1", `spillway_visitor=${VISITOR}'--`])(
  "the cookie %j names no visitor",
  async (cookie) => {
    const response = await setUp().identify(`Bearer ${await token("u42")}`, "POST", cookie);
    expect(response.status).toBe(400);
  },
);

test.each<OriginBehaviour>(["error", "down", "forged"])(
  "says 503 while the origin is %s",
  async (behaviour) => {
    const response = await setUp(behaviour).identify(`Bearer ${await token("u42")}`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    // The client tries again with the id that it has.
    expect(response.headers.has("set-cookie")).toBe(false);
  },
);

test("other methods are named", async () => {
  const response = await setUp().identify("", "GET");
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST, DELETE"]);
});
