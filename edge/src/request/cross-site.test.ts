import { reset } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { testEdge } from "../../test/worker/test-edge.ts";

afterEach(reset);

const EVENTS = JSON.stringify({ events: [{ id: "e1", type: "play", item: "i1" }] });
const APP = "https://app.example.com";

/** The outcome of each request that changes something, as a browser would send it. */
async function statuses(
  headers: Readonly<Record<string, string>>,
  { url = "http://edge.example", allowed = "" } = {},
): Promise<number[]> {
  const { fetch } = testEdge("ok", {
    ALLOWED_ORIGINS: allowed,
    USER_TOKEN_KEYS: "a-secret-of-thirty-two-characters",
  });
  const send = async (method: string, path: string, body: string | null = null): Promise<number> => {
    const response = await fetch(new Request(url + path, { method, headers, body }));
    await response.body?.cancel();
    return response.status;
  };
  return [
    await send("POST", "/events", EVENTS),
    await send("POST", "/identify"),
    await send("DELETE", "/identify"),
  ];
}

test("the refusal is a problem document, and sets no cookie", async () => {
  const { post } = testEdge("ok");
  const response = await post("/events", EVENTS, { origin: "https://evil.example" });
  expect(response.status).toBe(403);
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.has("set-cookie")).toBe(false);
  expect(await response.json()).toMatchObject({ type: "/problems/forbidden", errors: [{ key: "origin" }] });
});

const TAKEN = [202, 401, 401];
const REFUSED = [403, 403, 403];

test.each(["text/plain", "text/plain;charset=UTF-8", "application/json", "Application/JSON"])(
  "as %s, another site's are refused, and our own, allowed and unnamed origins' are taken",
  async (type) => {
    const sent = (origin?: string) =>
      statuses({ "content-type": type, ...(origin !== undefined && { origin }) });
    expect(await sent("https://evil.example")).toEqual(REFUSED);
    expect(await sent("http://edge.example")).toEqual(TAKEN);
    expect(await sent()).toEqual(TAKEN);
    expect(await statuses({ "content-type": type, origin: APP }, { allowed: APP })).toEqual(TAKEN);
  },
);

test.each(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"])(
  "of another site, the type %s is refused for the site",
  async (type) => {
    expect(await statuses({ "content-type": type, origin: "https://evil.example" })).toEqual(REFUSED);
  },
);

test.each([
  "https://edge.example.evil.example",
  "https://evil.example/http://edge.example",
  "http://edge.example:8080",
  "http://edge.example:80",
  "https://sub.edge.example",
  "http://edge.example, https://evil.example",
  "http://edge.example/",
  "edge.example",
  "file://",
  "chrome-extension://abcdef",
  "android-app://com.example",
  "",
  "undefined",
  "Null",
])("the origin %j is another site's", async (origin) => {
  expect(await statuses({ origin })).toEqual(REFUSED);
});

test("our own is the host that was asked, behind a proxy that ends TLS too, but never http under https", async () => {
  const https = { url: "https://edge.example:8443" };
  expect(await statuses({ origin: "https://edge.example" })).toEqual(TAKEN);
  expect(await statuses({ origin: "https://edge.example:8443" }, https)).toEqual(TAKEN);
  expect(await statuses({ origin: "http://edge.example:8443" }, https)).toEqual(REFUSED);
  expect(await statuses({ origin: "https://edge.example" }, https)).toEqual(REFUSED);
  expect(await statuses({ origin: "http://[::1]:8787" }, { url: "http://[::1]:8787" })).toEqual(TAKEN);
});

test("null, of packaged apps and sandboxes, is taken where it is allowed, and may read the answer", async () => {
  expect(await statuses({ origin: "null" })).toEqual(REFUSED);
  expect(await statuses({ origin: "null" }, { allowed: APP })).toEqual(REFUSED);
  expect(await statuses({ origin: "null" }, { allowed: `${APP} null` })).toEqual(TAKEN);
  const { get } = testEdge("ok", { ALLOWED_ORIGINS: "null" });
  const page = await get("/recommendations", { origin: "null" });
  expect(page.headers.get("access-control-allow-origin")).toBe("null");
});

test("a packaged app's origin is taken where it is allowed", async () => {
  for (const origin of ["file://", "capacitor://localhost"]) {
    expect(await statuses({ origin })).toEqual(REFUSED);
    expect(await statuses({ origin }, { allowed: origin })).toEqual(TAKEN);
  }
});

async function postTo(host: string, headers: Record<string, string>): Promise<number> {
  const { fetch } = testEdge("ok", { ALLOWED_HOSTS: "localhost ::1" });
  const request = new Request(`http://${host}/events`, { method: "POST", body: EVENTS, headers });
  return (await fetch(request)).status;
}

test("where the host names are set, no browser posts under another one, as by DNS rebinding", async () => {
  expect(await postTo("evil.example:8787", { origin: "http://evil.example:8787" })).toBe(421);
  expect(await postTo("evil.example:8787", { "sec-fetch-site": "same-origin" })).toBe(421);
  expect(await postTo("localhost:8787", { origin: "http://localhost:8787" })).toBe(202);
  expect(await postTo("[::1]:8787", { origin: "http://[::1]:8787" })).toBe(202);
  expect(await postTo("tv.example", {})).toBe(202);
});

test("without an Origin the browser's word on the site decides", async () => {
  expect(await statuses({ "sec-fetch-site": "cross-site" })).toEqual(REFUSED);
  expect(await statuses({ "sec-fetch-site": "same-site" })).toEqual(REFUSED);
  expect(await statuses({ "sec-fetch-site": "same-origin" })).toEqual(TAKEN);
  expect(await statuses({ "sec-fetch-site": "none" })).toEqual(TAKEN);
  expect(await statuses({ "sec-fetch-site": "cross-site", origin: APP }, { allowed: APP })).toEqual(TAKEN);
});

test("a page is anybody's to ask for, wherever the link stands", async () => {
  const { get } = testEdge("ok");
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await get("/recommendations", headers)).status).toBe(200);
});

const SITE = { ALLOWED_ORIGINS: APP, USER_TOKEN_KEYS: "" };

/** What the edge sets on a page, on a post and on the page of a returning visitor. */
async function cookiesSet(overrides: Parameters<typeof testEdge>[1]): Promise<string[]> {
  const { fetch } = testEdge("ok", overrides);
  const headers = { origin: APP, "content-type": "text/plain", referer: "https://www.facebook.com/" };
  const page = await fetch(new Request("https://edge.example/recommendations", { headers }));
  const post = await fetch(
    new Request("https://edge.example/events", { method: "POST", headers, body: EVENTS }),
  );
  await Promise.all([page.text(), post.text()]);
  return [...page.headers.getSetCookie(), ...post.headers.getSetCookie()];
}

test("for pages on another site every cookie may travel there, where the operator says so", async () => {
  const across = await cookiesSet({ ...SITE, CROSS_SITE_COOKIES: "true" });
  expect(across.length).toBeGreaterThan(2);
  for (const cookie of across) expect(cookie).toMatch(/; SameSite=None; Secure; Partitioned; HttpOnly$/);
  const own = await cookiesSet(SITE);
  expect(own.length).toBe(across.length);
  for (const cookie of own) expect(cookie).toMatch(/; SameSite=Lax; HttpOnly; Secure$/);
});
