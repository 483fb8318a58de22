/**
 * An operator's session in a real browser: what another page, a planted cookie and hostile titles can do with
 * it.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CHROMIUM, launchBrowser } from "@spillway/kit/processes/browser.ts";
import { acquirePublisherLease } from "@spillway/origin/pipeline/process/publisher-lease.ts";
import { packScores } from "@spillway/model/scoring/packed-scores.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { putPages } from "@spillway/store/pages/pages.ts";
import { startOrigin, temporaryFolder } from "./real-origin.ts";

const ADMIN_TOKEN = "test-admin-token-0123456789";
const EDGE_TOKEN = "test-edge-token-0123456789";
const COOKIE = "__Host-spillway_console";
const LEASE_WITHIN_MS = 60_000;
const HOSTILE = "<img src=x onerror=\"document.title='taken'\">";

if (CHROMIUM === undefined)
  console.log("console session: skipped, no Chromium at $CHROMIUM or /usr/bin/chromium");

/**
 * Clusters are named by campaigns, and those by whoever writes a link. The publisher's lease is kept, so that
 * no cycle replaces them by what it has learned from nobody.
 */
async function storeHostileCluster(data: string): Promise<void> {
  const database = openDatabase(join(data, "spillway.db"));
  onTestFinished(() => database.close());
  await acquirePublisherLease(database, "test", LEASE_WITHIN_MS);
  const node = {
    members: 1,
    gain: 0.5,
    gainOverGeneric: 0.5,
    scores: packScores(new Float32Array(), new Uint32Array()),
  };
  const definition = JSON.stringify([{ signal: "campaign", value: "x", forms: { text: HOSTILE } }]);
  replaceClusters(database, [
    { ...node, position: 0, id: "generic", parent: null, definition: "[]", leaf: false },
    { ...node, position: 1, id: "campaign-x", parent: "generic", definition, leaf: true },
  ]);
  const carousels = [{ id: "top", title: HOSTILE, items: [{ id: "a", title: HOSTILE, kind: "movie" }] }];
  const page = {
    context: "homepage",
    generation: 1,
    builtMs: 1,
    contentHash: "h",
    layout: new Uint8Array(),
    shown: "[]",
  };
  await putPages(database, [{ ...page, cluster: "campaign-x", carousels: JSON.stringify(carousels) }]);
}

async function openConsole() {
  const data = temporaryFolder();
  const { url } = await startOrigin({ EDGE_TOKEN }, data);
  const origin = url.replace("127.0.0.1", "localhost");
  const admin = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
  const call = (method: string, path: string, body?: unknown) =>
    fetch(new URL(path, url), {
      method,
      headers: admin,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const browser = await launchBrowser(CHROMIUM ?? "");
  onTestFinished(() => browser.close());
  const context = await browser.newContext();
  const page = await context.newPage();
  const signIn = async () => {
    await page.goto(`${origin}/console/#editorial`);
    await page.fill("form input", ADMIN_TOKEN);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".editorial h2");
  };
  const session = async () => (await context.cookies(origin)).find(({ name }) => name === COOKIE);
  return { data, origin, url, call, context, page, signIn, session };
}

/** A page of another host. */
async function startForeignPage(): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html><title>another site</title>");
  }).listen(0);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.skipIf(CHROMIUM === undefined)("a session serves its own pages, and no others", async () => {
  const { data, origin, url, call, context, page, signIn, session } = await openConsole();
  expect((await fetch(`${url}/console/`)).status).toBe(200);
  expect((await fetch(`${url}/routing`)).status).toBe(401);
  const item = { id: "a", title: HOSTILE, kind: "movie", genres: [], teams: [], takenDown: false };
  await call("PATCH", "/catalogue", { items: [item] });
  await call("PUT", "/editorial/pins", { pins: [{ id: "p", title: HOSTILE, items: ["a"] }] });

  await signIn();
  const first = await session();
  expect(first).toMatchObject({ httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
  expect(await page.evaluate("document.cookie")).toBe("");
  await page.waitForSelector(".calendar");
  expect(await page.textContent(".calendar")).toContain(HOSTILE);
  expect([await page.title(), await page.locator(".calendar img").count()]).toEqual([
    "Editorial · Spillway console",
    0,
  ]);

  await storeHostileCluster(data);
  await page.evaluate(`location.hash = "#clusters"`);
  await page.waitForSelector(".definition");
  expect(await page.textContent("tbody .definition")).toBe(`campaign=${HOSTILE}`);
  await page.click("tbody a");
  await page.waitForSelector(".carousel-row");
  expect(await page.textContent(".carousel-row h4")).toBe(HOSTILE);
  // Where the first cycle has made a generic page, its place there follows the title.
  expect(await page.textContent(".carousel-row li")).toContain(HOSTILE);
  expect([await page.title(), await page.locator("main img").count()]).toEqual([
    "Clusters · Spillway console",
    0,
  ]);

  // Fixation: who signs in with a session that somebody has planted gets another one, and the planted one is
  // void.
  const again = await page.evaluate(
    async (token) =>
      (await fetch("/console/session", { method: "POST", body: JSON.stringify({ token }) })).status,
    ADMIN_TOKEN,
  );
  expect(again).toBe(200);
  const second = await session();
  expect(second?.value).not.toBe(first?.value);
  const asFirst = await fetch(`${url}/routing`, { headers: { cookie: `${COOKIE}=${first?.value ?? ""}` } });
  expect(asFirst.status).toBe(401);

  // Another site's page: the browser keeps the cookie to itself, or the origin refuses.
  const foreign = await context.newPage();
  await foreign.goto(await startForeignPage());
  const version = async () => ((await (await call("GET", "/routing")).json()) as { version: number }).version;
  const before = await version();
  await foreign.evaluate(async (target) => {
    const send = (init: RequestInit) =>
      fetch(target, { method: "POST", credentials: "include", ...init }).catch(() => undefined);
    await send({ mode: "no-cors", body: '{"version":1}' });
    await send({ headers: { "Spillway-Console": "1" }, body: '{"version":1}' });
  }, `${origin}/routing/rollback`);
  expect(await version()).toBe(before);

  // A page of another port of this host, to which browsers send the cookie.
  const neighbour = await context.newPage();
  await neighbour.goto((await startForeignPage()).replace("127.0.0.1", "localhost"), {
    waitUntil: "load",
  });
  await neighbour.evaluate(async (target) => {
    await fetch(target, {
      method: "POST",
      mode: "no-cors",
      credentials: "include",
      body: '{"version":1}',
    }).catch(() => undefined);
  }, `${origin}/routing/rollback`);
  expect(await version()).toBe(before);

  const left = await page.evaluate(async () => {
    const headers = { "Spillway-Console": "1" };
    return (await fetch("/console/session", { method: "DELETE", headers })).status;
  });
  expect(left).toBe(204);
  const asSecond = await fetch(`${url}/routing`, { headers: { cookie: `${COOKIE}=${second?.value ?? ""}` } });
  expect([asSecond.status, await session()]).toEqual([401, undefined]);
});
