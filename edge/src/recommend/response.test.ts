import { expect, test } from "vitest";
import { toResponse, type PageOutcome, type ResponseContext } from "./response.ts";

const page = {
  as: "cluster",
  body: new TextEncoder().encode("{}"),
  contentHash: "hash",
  cluster: "esp.social",
  generation: 7,
  builtAtMs: 500,
} as const;
const OUTCOME: PageOutcome = { kind: "page", reason: "over-threshold", assigned: "esp.social", page };
const ENTRY = "spillway_entry=ad.1; Path=/; SameSite=Lax; HttpOnly";

function answered(outcome: Partial<PageOutcome> = {}, context: Partial<ResponseContext> = {}) {
  const { nowMs = 10_000 } = context;
  const { headers } = toResponse(
    { ...OUTCOME, ...outcome },
    {
      ifNoneMatch: null,
      entryCookie: ENTRY,
      cookies: [undefined, undefined],
      cookieSite: { secure: true, crossSite: false },
      startedMs: nowMs,
      clockOffsetMs: 0,
      ...context,
      nowMs,
    },
  );
  return Array.from(headers);
}

test("the first response of a second and all later ones have the same fields", () => {
  const first = answered();
  expect(Object.fromEntries(first)).toEqual({
    "cache-control": "private, no-cache",
    "content-type": "application/json; charset=utf-8",
    etag: 'W/"hash"',
    "server-timing": "edge;dur=0",
    "set-cookie": `${ENTRY}; Secure`,
    "spillway-now": "1970-01-01T00:00:10.000Z",
    "spillway-served": 'cluster;reason=over-threshold;cluster="esp.social";generation=7;age=9',
    vary: "Cookie, Referer, User-Agent",
    "x-content-type-options": "nosniff",
  });
  for (let again = 0; again < 3; again += 1) expect(answered()).toEqual(first);
});

test("a visitor's own cookie is nobody else's", () => {
  const others = answered();
  answered();
  const own = answered({}, { cookies: ["spillway_visitor=v; SameSite=Lax", undefined] });
  expect(own.filter(([name]) => name === "set-cookie").map(([, value]) => value)).toEqual([
    `${ENTRY}; Secure`,
    "spillway_visitor=v; SameSite=Lax; Secure",
  ]);
  expect(answered()).toEqual(others);
});

test.each<[string, Partial<PageOutcome>, Partial<ResponseContext>]>([
  ["a later second", {}, { nowMs: 11_000 }],
  ["an age that has grown", {}, { nowMs: 10_600 }],
  ["another content's clock", {}, { clockOffsetMs: 5000 }],
  ["another reason", { reason: "forced" }, {}],
  ["another rung", { page: { ...page, as: "parent" }, assigned: "esp.social.casual" }, {}],
  ["another way of arriving", {}, { entryCookie: ENTRY.replace("ad", "email") }],
  ["who came before", {}, { entryCookie: undefined }],
  ["plain http", {}, { cookieSite: { secure: false, crossSite: false } }],
  ["an answer that took time", {}, { startedMs: 9990 }],
  ["what brought the viewer's history", { page: { ...page, viewer: "cookie" } }, {}],
  ["what it stands in for", { standsInFor: { context: "search", q: "goal" } }, {}],
])("%s has fields of its own, also beside those that are shared", (_, outcome, context) => {
  const fresh = { ...outcome, page: { ...page, ...outcome.page, body: new TextEncoder().encode("{ }") } };
  const expected = answered(fresh, context);
  const shared = answered();
  expect(answered()).toEqual(shared);
  for (let again = 0; again < 3; again += 1) expect(answered(outcome, context)).toEqual(expected);
  expect(expected).not.toEqual(shared);
});

test("who has the page already gets no other one's fields", () => {
  answered();
  answered();
  const fields = answered({}, { ifNoneMatch: 'W/"hash"' });
  expect(fields.some(([name]) => name === "content-type")).toBe(false);
});
