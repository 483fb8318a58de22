/**
 * Who the user is, on real processes: signed tokens, a login before and after the events, export and erasure.
 */
import { createHmac, randomUUID } from "node:crypto";
import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { see } from "@spillway/cli/test/client.ts";
import { eventually, startSpillway, type Spillway } from "@spillway/cli/test/start-spillway.ts";

const SECRET = 'a secret of $HOME, "quoted", for tests';
const USER = "ada";

let spillway: Spillway;

beforeAll(async () => {
  spillway = await startSpillway({ USER_TOKEN_KEYS: SECRET });
}, 100_000);

afterAll(() => spillway.stop(), 30_000);

/** RFC 7519, HS256. */
function tokenOf(user: string, { key = SECRET, alg = "HS256", expiresInS = 600 } = {}): string {
  const exp = Math.floor(Date.now() / 1000) + expiresInS;
  const [header, payload] = [
    { alg, typ: "JWT" },
    { sub: user, exp },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signed = `${header}.${payload}`;
  const signature = alg === "none" ? "" : createHmac("sha256", key).update(signed).digest("base64url");
  return `${signed}.${signature}`;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function newVisitor(): Promise<{ readonly cookie: string }> {
  const { headers } = await see(`${spillway.edgeUrl}/recommendations?context=homepage`);
  return { cookie: visitorCookieOf(headers) };
}

function visitorCookieOf(headers: Headers): string {
  const cookie = headers.getSetCookie().find((text) => text.startsWith("spillway_visitor="));
  return cookie?.split(";")[0] ?? "";
}

async function play(item: string, who: Record<string, string>): Promise<void> {
  const posted = await fetch(`${spillway.edgeUrl}/events`, {
    method: "POST",
    headers: { "content-type": "application/json", ...who },
    body: JSON.stringify({ events: [{ id: randomUUID(), type: "play", item }] }),
  });
  expect(posted.status).toBe(202);
}

function identify(method: "POST" | "DELETE", headers: Record<string, string>): Promise<Response> {
  return fetch(`${spillway.edgeUrl}/identify`, { method, headers });
}

/** What the carousel of items to go back to holds, as soon as it is `expected`, in any order. */
async function watched(who: Record<string, string>, ...expected: readonly string[]): Promise<void> {
  const again = async (): Promise<string[]> => {
    const { page } = await see(`${spillway.edgeUrl}/recommendations?context=homepage`, who);
    const items = page.carousels.find(({ id }) => id === "again")?.items ?? [];
    return items.map(({ id }) => id).toSorted();
  };
  await eventually(10_000, again, (items) => items.join() === expected.toSorted().join());
}

test("the user is whom the token names, and nobody else", async () => {
  await play("hub-esp", bearer(tokenOf("grace")));
  await watched(bearer(tokenOf("grace")), "hub-esp");
  await watched({ cookie: `spillway_user=${tokenOf("grace")}` }, "hub-esp");
  const claimed = await see(`${spillway.edgeUrl}/recommendations?context=homepage&user=grace`);
  expect(claimed.page.carousels.some(({ id }) => id === "again")).toBe(false);
  for (const forged of [
    tokenOf("grace", { key: "another secret, as long as the first" }),
    tokenOf("grace", { expiresInS: -600 }),
    tokenOf("grace", { alg: "none" }),
  ]) {
    await watched(bearer(forged));
    expect((await identify("POST", { ...(await newVisitor()), ...bearer(forged) })).status).toBe(401);
  }
});

test("events before and after a login are the user's, until it is taken back, and can be erased", async () => {
  const visitor = await newVisitor();
  const user = bearer(tokenOf(USER));
  await play("replay-93-por-esp", visitor);
  await watched(visitor, "replay-93-por-esp");
  expect(await (await identify("POST", { ...visitor, ...user })).json()).toEqual({ outcome: "linked" });
  await watched(user, "replay-93-por-esp");
  // The old id opens nothing of the user's, and adds nothing to it.
  await watched(visitor);
  await play("hub-fra", visitor);
  await play("hub-bel", user);
  await watched(user, "replay-93-por-esp", "hub-bel");
  await watched(visitor, "hub-fra");
  // Another login with it adds what has been done under it since.
  expect(await (await identify("POST", { ...visitor, ...user })).json()).toEqual({ outcome: "unchanged" });
  await watched(user, "replay-93-por-esp", "hub-fra", "hub-bel");
  await watched(visitor);

  expect(await (await identify("DELETE", { ...visitor, ...user })).json()).toEqual({ outcome: "unlinked" });
  await watched(user, "hub-bel");
  await watched(visitor, "replay-93-por-esp", "hub-fra");
  await identify("POST", { ...visitor, ...user });

  const exported = await spillway.command("user", "export", USER, "--json");
  const { events, links } = JSON.parse(exported.stdout) as { events: { item: string }[]; links: object[] };
  expect(events.map(({ item }) => item).toSorted()).toEqual(["hub-bel", "hub-fra", "replay-93-por-esp"]);
  expect(links).toHaveLength(1);
  expect((await spillway.command("user", "erase", USER)).code).toBe(0);
  // What isolates served just before may still arrive in the serving log: then, says the command, erase
  // again.
  const eraseWhatCame = async (): Promise<number | undefined> => {
    const { code } = await spillway.command("user", "export", USER);
    if (code === 0) await spillway.command("user", "erase", USER);
    return code;
  };
  await eventually(20_000, eraseWhatCame, (code) => code === 1);
  await watched(user);
  await watched(visitor);
});

test("a browser gets new ids at login and logout, which know nothing of the user, and undo the login", async () => {
  const user = bearer(tokenOf("barbara"));
  const planted = await newVisitor();
  await play("hub-esp", planted);
  const login = await identify("POST", { ...planted, ...user });
  const after = { cookie: visitorCookieOf(login.headers) };
  await play("hub-bel", { ...after, ...user });
  await watched(user, "hub-esp", "hub-bel");
  await watched(planted);
  await watched(after);
  await play("hub-fra", after);
  await watched(after, "hub-fra");
  await watched(user, "hub-esp", "hub-bel");
  const logout = await identify("DELETE", { ...after, ...user });
  expect(await logout.json()).toEqual({ outcome: "unlinked" });
  const fresh = { cookie: visitorCookieOf(logout.headers) };
  expect(new Set([planted, after, fresh].map(({ cookie }) => cookie)).size).toBe(3);
  await watched(fresh);
  await watched(user, "hub-bel");
});

test("another site's page posts nothing, and the origin answers to its own names alone", async () => {
  const body = JSON.stringify({ events: [{ id: randomUUID(), type: "play", item: "hub-esp" }] });
  for (const url of [spillway.edgeUrl, spillway.originUrl]) {
    const post = async (origin: string) =>
      (await fetch(`${url}/events?user=ada`, { method: "POST", headers: { origin }, body })).status;
    expect([await post("https://evil.example"), await post("null"), await post(url)]).toEqual([
      403, 403, 202,
    ]);
  }
  const { hostname, port } = new URL(spillway.originUrl);
  const status = await new Promise((resolve, reject) => {
    const headers = { host: `evil.example:${port}` };
    get({ hostname, port, path: "/metrics", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
  expect(status).toBe(421);
});

test("without the platform's token nobody links anybody at the origin", async () => {
  const link = { method: "POST", body: JSON.stringify({ visitor: "v", user: USER }) };
  expect((await fetch(`${spillway.originUrl}/identify`, link)).status).toBe(401);
  expect(
    await (await spillway.admin("POST", "/identify", { visitor: "device-1", user: USER })).json(),
  ).toEqual({ outcome: "linked" });
});
