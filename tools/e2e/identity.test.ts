/**
 * Who the user is, on real processes: signed tokens, a login before and after the events, export and erasure.
 */
import { createHmac, randomUUID } from "node:crypto";
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

async function newVisitor(): Promise<Record<string, string>> {
  const { headers } = await see(`${spillway.edgeUrl}/recommendations?context=homepage`);
  const cookie = headers.getSetCookie().find((text) => text.startsWith("spillway_visitor="));
  return { cookie: cookie?.split(";")[0] ?? "" };
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
  await play("hub-fra", visitor);
  await play("hub-bel", user);
  await watched(user, "replay-93-por-esp", "hub-fra", "hub-bel");
  expect(await (await identify("POST", { ...visitor, ...user })).json()).toEqual({ outcome: "unchanged" });

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

test("without the platform's token nobody links anybody at the origin", async () => {
  const link = { method: "POST", body: JSON.stringify({ visitor: "v", user: USER }) };
  expect((await fetch(`${spillway.originUrl}/identify`, link)).status).toBe(401);
  expect(
    await (await spillway.admin("POST", "/identify", { visitor: "device-1", user: USER })).json(),
  ).toEqual({ outcome: "linked" });
});
