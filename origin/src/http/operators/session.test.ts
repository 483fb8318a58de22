import { describe, expect, test } from "vitest";
import { CONSOLE_COOKIE } from "@spillway/shared/operators/console-session.ts";
import { admin, NOW_MS, setUp, TOML } from "../../../test/test-admin.ts";
import { ADMIN_TOKEN } from "../../../test/test-operators.ts";

type Setup = ReturnType<typeof setUp>;

const HOUR_MS = 3_600_000;
/** What a page of the console sends along. */
const OWN_PAGE = { "sec-fetch-site": "same-origin", "spillway-console": "1" };

/** As if the request came over a connection from there. */
function from(address: string): object {
  return { incoming: { socket: { remoteAddress: address } } };
}

async function signIn(
  { operators }: Setup,
  token: string,
  { headers = {}, address = "10.0.0.1" }: { headers?: Record<string, string>; address?: string } = {},
) {
  const request = {
    method: "POST",
    body: JSON.stringify({ token }),
    headers: { "content-type": "application/json", ...headers },
  };
  const response = await operators.request("/console/session", request, from(address));
  const [setCookie = ""] = response.headers.getSetCookie();
  return { response, setCookie, cookie: setCookie.split(";")[0] ?? "" };
}

async function createToken({ operatorStore }: Setup, name: string, more: { expiresMs?: number } = {}) {
  const made = await operatorStore.tokens.create({
    name,
    role: "operator",
    by: "admin",
    nowMs: NOW_MS,
    ...more,
  });
  if (made.kind !== "created") throw new Error("the name is taken");
  return made.secret;
}

async function whoIs({ operators }: Setup, cookie: string): Promise<unknown> {
  const response = await operators.request("/console/session", { headers: { cookie } });
  return response.status === 200 ? ((await response.json()) as { name: string }).name : response.status;
}

describe("a sign-in", () => {
  test("gives a session that no script and no other site can use", async () => {
    const setup = setUp();
    const { response, setCookie, cookie } = await signIn(setup, ADMIN_TOKEN);
    expect(await response.json()).toMatchObject({ name: "admin", role: "admin", via: "session" });
    expect(setCookie.split("; ").slice(1).toSorted()).toEqual([
      "HttpOnly",
      "Max-Age=43200",
      "Path=/",
      "SameSite=Strict",
      "Secure",
    ]);
    expect(cookie).toMatch(new RegExp(`^${CONSOLE_COOKIE}=`));
    expect(cookie).not.toContain(ADMIN_TOKEN);
    expect(await whoIs(setup, cookie)).toBe("admin");
  });

  test("is another session each time, and ends the one that the browser had", async () => {
    const setup = setUp();
    const secret = await createToken(setup, "ada");
    const planted = await signIn(setup, secret);
    const signedIn = await signIn(setup, ADMIN_TOKEN, { headers: { cookie: planted.cookie } });
    expect(signedIn.cookie).not.toBe(planted.cookie);
    expect(await whoIs(setup, planted.cookie)).toBe(401);
    expect(await whoIs(setup, signedIn.cookie)).toBe("admin");
    // Nobody's session ends by a sign-in without its cookie.
    await signIn(setup, ADMIN_TOKEN);
    expect(await whoIs(setup, signedIn.cookie)).toBe("admin");
  });

  test.each([
    ["another site's page", { "sec-fetch-site": "cross-site" }, 403],
    ["a page of a sibling host", { "sec-fetch-site": "same-site" }, 403],
    ["another origin", { origin: "http://evil.example", host: "localhost:8788" }, 403],
    ["a sandbox", { origin: "null", host: "localhost:8788" }, 403],
    ["an own page", { origin: "http://localhost:8788", host: "localhost:8788" }, 200],
    ["an own page behind TLS", { origin: "https://ops.example", host: "ops.example" }, 200],
    ["a command", {}, 200],
  ])("from %s answers %#", async (_, headers, status) => {
    const { response } = await signIn(setUp(), ADMIN_TOKEN, { headers });
    expect(response.status).toBe(status);
  });

  test("with a token lasts no longer than the token", async () => {
    const setup = setUp();
    const secret = await createToken(setup, "guest", { expiresMs: NOW_MS + HOUR_MS });
    const { response, setCookie } = await signIn(setup, secret);
    expect(await response.json()).toMatchObject({
      name: "guest",
      role: "operator",
      expiresAt: new Date(NOW_MS + HOUR_MS).toISOString(),
    });
    expect(setCookie).toContain("Max-Age=3600;");
  });
});

describe("a session", () => {
  test("ends with a sign-out, at the origin and in the browser", async () => {
    const setup = setUp();
    const { cookie } = await signIn(setup, ADMIN_TOKEN);
    const response = await setup.operators.request("/console/session", {
      method: "DELETE",
      headers: { cookie, ...OWN_PAGE },
    });
    expect(response.status).toBe(204);
    expect(response.headers.getSetCookie()[0]).toContain(`${CONSOLE_COOKIE}=; Max-Age=0`);
    expect(await whoIs(setup, cookie)).toBe(401);
  });

  test("is void once its token is revoked", async () => {
    const setup = setUp();
    const { cookie } = await signIn(setup, await createToken(setup, "ada"));
    expect(await whoIs(setup, cookie)).toBe("ada");
    const revoke = await setup.operators.request("/tokens/revoke", admin("POST", { name: "ada" }));
    expect(revoke.status).toBe(200);
    expect(await whoIs(setup, cookie)).toBe(401);
  });

  test("is nothing that a sealed session of the right key could be without the origin's knowing", async () => {
    const setup = setUp();
    const sealed = await setup.consoleSessions.seal({
      id: "0123456789abcdefABCD-_",
      name: "admin",
      role: "admin",
      expiresMs: NOW_MS + HOUR_MS,
    });
    expect(await whoIs(setup, `${CONSOLE_COOKIE}=${sealed}`)).toBe(401);
  });

  test("does not help a wrong bearer", async () => {
    const setup = setUp();
    const { cookie } = await signIn(setup, ADMIN_TOKEN);
    const headers = { cookie, authorization: "Bearer wrong" };
    expect((await setup.operators.request("/audit", { headers })).status).toBe(401);
  });

  test("goes beside what a proxy in front asks for", async () => {
    const setup = setUp();
    const { cookie } = await signIn(setup, ADMIN_TOKEN);
    const headers = { cookie, authorization: "Basic dXNlcjpwYXNz" };
    expect((await setup.operators.request("/audit", { headers })).status).toBe(200);
  });

  test("of an edge pass is known to no origin", async () => {
    const setup = setUp();
    const { response } = await signIn(setup, ADMIN_TOKEN);
    const { edgePass } = (await response.json()) as { edgePass: string };
    expect(await setup.consoleSessions.open(edgePass, NOW_MS)).toMatchObject({
      name: "admin",
      role: "viewer",
    });
    expect(await whoIs(setup, `${CONSOLE_COOKIE}=${edgePass}`)).toBe(401);
  });

  test.each([
    ["from its own page", OWN_PAGE, 200],
    ["by Origin alone", { origin: "http://h", host: "h", "spillway-console": "1" }, 200],
    ["without the header", { "sec-fetch-site": "same-origin" }, 403],
    ["from another site", { ...OWN_PAGE, "sec-fetch-site": "cross-site" }, 403],
    ["from a sibling host", { ...OWN_PAGE, "sec-fetch-site": "same-site" }, 403],
    ["from an address bar", { ...OWN_PAGE, "sec-fetch-site": "none" }, 403],
    ["from another origin", { "spillway-console": "1", origin: "http://evil.example", host: "h" }, 403],
    ["from nowhere", { "spillway-console": "1" }, 403],
  ])("changes something %s: %#", async (_, headers, status) => {
    const setup = setUp();
    const { cookie } = await signIn(setup, ADMIN_TOKEN);
    const response = await setup.routing.request("/routing", {
      method: "PUT",
      body: TOML,
      headers: { cookie, "content-type": "application/toml", ...headers },
    });
    expect(response.status).toBe(status);
    expect(setup.onRouting).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
    const [entry] = await setup.operatorStore.audit.list({ limit: 1, kind: "routing" });
    expect(entry?.via).toBe(status === 200 ? "session" : undefined);
  });
});

async function statuses(setup: Setup, count: number, token: string, address: string): Promise<number[]> {
  const seen: number[] = [];
  for (let at = 0; at < count; at += 1) seen.push((await signIn(setup, token, { address })).response.status);
  return seen;
}

describe("attempts to sign in", () => {
  test("are refused after ten, with the time until the next one", async () => {
    const setup = setUp();
    expect(await statuses(setup, 10, "wrong", "10.0.0.1")).toEqual(Array.from({ length: 10 }, () => 401));
    const { response } = await signIn(setup, ADMIN_TOKEN, { address: "10.0.0.1" });
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "30"]);
  });

  test("of others lock nobody out: not at another address, nor who has a token of their own", async () => {
    const setup = setUp();
    const secret = await createToken(setup, "ada");
    await statuses(setup, 12, "wrong", "10.0.0.1");
    expect(await statuses(setup, 1, ADMIN_TOKEN, "10.0.0.2")).toEqual([200]);
    expect(await statuses(setup, 1, secret, "10.0.0.1")).toEqual([200]);
  });

  test("from everywhere are bounded too, but for addresses that have signed in before", async () => {
    const setup = setUp();
    expect(await statuses(setup, 1, ADMIN_TOKEN, "192.168.0.1")).toEqual([200]);
    for (let host = 0; host < 10; host += 1) await statuses(setup, 10, "wrong", `10.0.1.${host}`);
    expect(await statuses(setup, 1, ADMIN_TOKEN, "10.0.2.1")).toEqual([429]);
    expect(await statuses(setup, 1, ADMIN_TOKEN, "192.168.0.1")).toEqual([200]);
  });

  test("that succeed do not count", async () => {
    expect(new Set(await statuses(setUp(), 30, ADMIN_TOKEN, "10.0.0.1"))).toEqual(new Set([200]));
  });

  test("by IPv6 count by network, since one host has all its addresses", async () => {
    const setup = setUp();
    for (let host = 1; host <= 10; host += 1) await statuses(setup, 1, "wrong", `2001:db8:0:7::${host}`);
    expect(await statuses(setup, 1, "wrong", "2001:db8:0:7:a:b:c:d")).toEqual([429]);
    expect(await statuses(setup, 1, "wrong", "2001:db8:0:8::1")).toEqual([401]);
  });
});

test("who signs in and out is in the audit log, with their address", async () => {
  const setup = setUp();
  const { cookie } = await signIn(setup, await createToken(setup, "ada"), { address: "::ffff:10.1.2.3" });
  const request = { method: "DELETE", headers: { cookie, ...OWN_PAGE } };
  await setup.operators.request("/console/session", request, from("10.1.2.3"));
  const entries = await setup.operatorStore.audit.list({ limit: 9 });
  expect(entries.map(({ action, by, address }) => [action, by, address])).toEqual([
    ["session.end", "ada", "10.1.2.3"],
    ["session.begin", "ada", "10.1.2.3"],
  ]);
});
