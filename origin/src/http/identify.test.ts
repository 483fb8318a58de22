import { expect, test } from "vitest";
import { linkOf } from "@spillway/store/profiles/links.ts";
import { compileErasures } from "@spillway/shared/protocol/erasures.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { erasuresDocument } from "@spillway/store/events/viewer-erasures.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { behindSignature, createTestEdge } from "../../test/test-edge.ts";
import { ADMIN_TOKEN, testOperators } from "../../test/test-operators.ts";
import { identifyRoutes } from "./identify.ts";

const NOW_MS = 1_800_000_000_000;
const VISITOR = "v_0a1b2c3d-0000-4000-8000-0123456789ab";
const bearer = { authorization: `Bearer ${ADMIN_TOKEN}` };

function setUp() {
  const database = openForTest();
  const published: number[] = [];
  const onErasures = () => published.push(erasuresDocument(database, NOW_MS)?.erased.length ?? 0);
  const hashUser = createUserHash("key");
  const routes = identifyRoutes({
    database,
    hashUser,
    onErasures,
    nowMs: () => NOW_MS,
  });
  const app = behindSignature(testOperators(database, () => NOW_MS).around(routes), () => NOW_MS);
  const edge = createTestEdge(app, () => NOW_MS);
  const call = async (body: unknown, headers: Record<string, string> = bearer, method = "POST") =>
    app.request("/identify", { method, body: JSON.stringify(body), headers });
  const outcome = async (body: unknown, method = "POST") => (await call(body, bearer, method)).json();
  const fromEdge = async (token?: string, body: object = { user: "u1" }) =>
    edge.call("/identify", {
      method: "POST",
      body: JSON.stringify({ visitor: VISITOR, ...body }),
      ...(token !== undefined && { token }),
    });
  return {
    database,
    published,
    hashUser,
    call,
    outcome,
    fromEdge,
    linked: () => linkOf(database, VISITOR)?.user,
  };
}

test("links, says so once, moves and unlinks, for the platform's backend", async () => {
  const { outcome, linked } = setUp();
  expect(await outcome({ visitor: VISITOR, user: "u1" })).toEqual({ outcome: "linked" });
  expect(await outcome({ visitor: VISITOR, user: "u1" })).toEqual({ outcome: "unchanged" });
  expect(await outcome({ visitor: VISITOR, user: "u2" })).toEqual({ outcome: "moved" });
  expect(await outcome({ visitor: VISITOR, user: "u1" }, "DELETE")).toEqual({ outcome: "not-linked" });
  expect(linked()).toBe("u2");
  expect(await outcome({ visitor: VISITOR }, "DELETE")).toEqual({ outcome: "unlinked" });
  expect(linked()).toBeUndefined();
});

test("voids the viewer states of those whose history loses what a login had brought", async () => {
  const { database, published, hashUser, outcome } = setUp();
  await outcome({ visitor: VISITOR, user: "u1" });
  expect(published).toEqual([]);
  await outcome({ visitor: VISITOR, user: "u2" });
  await outcome({ visitor: VISITOR }, "DELETE");
  await outcome({ visitor: VISITOR }, "DELETE");
  expect(published).toEqual([1, 2]);
  const erasures = compileErasures(erasuresDocument(database, NOW_MS));
  const isVoid = ["u1", "u2", "u3"].map(
    (user) => erasures.ok && erasures.value.voids(ownerTagOf(hashUser(user)), NOW_MS),
  );
  expect(isVoid).toEqual([true, true, false]);
});

test("takes the edge's word under its signature, and proves the reply", async () => {
  const { fromEdge, linked } = setUp();
  expect((await fromEdge("forged-token-0123456789")).response.status).toBe(401);
  expect(linked()).toBeUndefined();
  const { response, proven } = await fromEdge();
  expect(response.status).toBe(200);
  expect(proven).toBe(true);
  expect(linked()).toBe("u1");
});

test("keeps the id that the edge gives in the visitor's place, and takes a login from no other user", async () => {
  const { database, fromEdge, outcome } = setUp();
  const successor = VISITOR.replace("v_0", "v_f");
  expect((await fromEdge(undefined, { user: "u1", successor })).response.status).toBe(200);
  expect(linkOf(database, VISITOR)).toMatchObject({ user: "u1", successor });
  expect(await (await fromEdge(undefined, { user: "u2" })).response.json()).toEqual({ outcome: "moved" });
  expect(await outcome({ visitor: successor, user: "u1" }, "DELETE")).toEqual({ outcome: "not-linked" });
});

test.each([
  ["a little ahead", NOW_MS + 2000, NOW_MS + 2000],
  ["a little behind", NOW_MS - 2000, NOW_MS - 2000],
  ["wrong", NOW_MS + 3_600_000, NOW_MS],
])(
  "dates a login by the edge's clock that has dated the events, when it is %s",
  async (_, atMs, linkedMs) => {
    const { database, fromEdge, outcome } = setUp();
    await fromEdge(undefined, { user: "u1", atMs });
    expect(linkOf(database, VISITOR)).toMatchObject({ linkedMs });
    await outcome({ visitor: "device-1", user: "u1", atMs });
    expect(linkOf(database, "device-1")).toMatchObject({ linkedMs: NOW_MS });
  },
);

test.each([{}, { authorization: "Bearer wrong" }])("is closed without a token: %j", async (headers) => {
  const { call, linked } = setUp();
  expect((await call({ visitor: VISITOR, user: "u1" }, headers)).status).toBe(401);
  expect(linked()).toBeUndefined();
});

test.each([
  ["a user of 10 kB", { visitor: VISITOR, user: "x".repeat(10_000) }, 400],
  ["a user of 20 kB", { visitor: VISITOR, user: "x".repeat(20_000) }, 413],
  ["a user with a line break", { visitor: VISITOR, user: "u\r\nSet-Cookie: a=1" }, 400],
  ["half a character", { visitor: VISITOR, user: "\ud800" }, 400],
  ["no user", { visitor: VISITOR }, 400],
  ["a visitor as the user", { visitor: VISITOR, user: VISITOR }, 400],
  ["the user as the visitor", { visitor: "u1", user: "u1" }, 409],
  ["a visitor of 10 kB", { visitor: "x".repeat(10_000), user: "u1" }, 400],
  ["more than a link", { visitor: VISITOR, user: "u1", admin: true }, 400],
])("refuses %s", async (_, body, status) => {
  const { call, linked } = setUp();
  expect((await call(body)).status).toBe(status);
  expect(linked()).toBeUndefined();
});

test("knows a visitor by the cookie's value too, and an app's user by any id", async () => {
  const { database, outcome, linked } = setUp();
  expect(await outcome({ visitor: VISITOR.slice(2), user: "u1" })).toEqual({ outcome: "linked" });
  expect(linked()).toBe("u1");
  expect(await outcome({ visitor: "device-1", user: "u1" })).toEqual({ outcome: "linked" });
  expect(linkOf(database, "device-1")?.user).toBe("u1");
});

test("SQL in a name is a name", async () => {
  const { database, outcome } = setUp();
  const user = "u1'; DROP TABLE links; -- 🙈";
  const visitor = `${VISITOR}'; DROP TABLE links; --`;
  expect(await outcome({ visitor, user })).toEqual({ outcome: "linked" });
  expect(linkOf(database, visitor)?.user).toBe(user);
});
