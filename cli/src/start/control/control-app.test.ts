import { expect, test, vi } from "vitest";
import type { SpikeProgress } from "../../spike/spike-progress.ts";
import { createControlApp } from "./control-app.ts";
import { createSpikes, type SpikeChild } from "./spikes.ts";

const TOKEN = "a-token-of-this-start";
const STOREFRONT = "http://localhost:8787";
const CONSOLE = "http://localhost:8788";
const NOBODY = { individual: 0, tailored: 0, cluster: 0, parent: 0, generic: 0, builtin: 0 };
const NONE = { visitors: 0, byRung: NOBODY, failed: 0, notSent: 0, late: 0 };

function progressOf(id: string, phase: SpikeProgress["phase"] = "wall"): SpikeProgress {
  return { id, phase, atMs: 1, forMs: 9, thresholdPerSec: 5, peakPerSec: 9, recent: NONE, total: NONE };
}

function setUp({ refusal }: { refusal?: string } = {}) {
  let nowMs = 0;
  let origin: "up" | "dead" | "starting" = "up";
  const { promise: childEnded, resolve: endChild } = Promise.withResolvers<number>();
  const spawn = vi.fn<() => SpikeChild>(() => ({
    ended: childEnded,
    output: () => "why not",
    stop: () => Promise.resolve(),
  }));
  const demoOrigin = {
    state: () => origin,
    hasBeenUp: () => true,
    kill: vi.fn<() => Promise<boolean>>(async () => {
      const wasUp = origin === "up";
      origin = "dead";
      return wasUp;
    }),
    startAgain: vi.fn<() => Promise<void>>(async () => void (origin = "up")),
    start: () => {
      throw new Error("start does that");
    },
    gaveUp: new Promise<void>(() => undefined),
    stop: () => Promise.resolve(),
  };
  const spikes = createSpikes({ nowMs: () => nowMs, origin: demoOrigin, spawn });
  const app = createControlApp({
    token: TOKEN,
    pages: [STOREFRONT, CONSOLE],
    addresses: { edgeUrl: "http://127.0.0.1:8787", originUrl: "http://127.0.0.1:8788" },
    refusal: () => refusal,
    origin: demoOrigin,
    spikes,
  });
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const fromPage = (method: string, path: string, page: string | undefined) =>
    ask(method, path, { "spillway-via": "edge", ...(page !== undefined && { origin: page }) });
  const pass = (ms: number) => {
    nowMs += ms;
    spikes.check();
  };
  return { ask, fromPage, spawn, demoOrigin, endChild, pass };
}

test.each([STOREFRONT, CONSOLE])("the page %s kicks off, and reads what happens", async (page) => {
  const { fromPage, spawn } = setUp();
  const kicked = await fromPage("POST", "/demo/kick-off", page);
  expect([kicked.status, kicked.headers.get("access-control-allow-origin")]).toEqual([200, page]);
  expect(spawn).toHaveBeenCalledTimes(1);
  expect(await kicked.json()).toMatchObject({ available: true, isRunning: true, origin: "up" });
  expect((await fromPage("POST", "/demo/kick-off", page)).status).toBe(409);
  expect(spawn).toHaveBeenCalledTimes(1);
});

test.each([undefined, "null", "https://evil.example", "http://localhost:8789", "http://evil.localhost:8787"])(
  "no page of the origin %s changes anything, nor may it read",
  async (page) => {
    const { fromPage, spawn, demoOrigin } = setUp();
    for (const action of ["kick-off", "kill-origin", "start-origin", "stop"]) {
      expect((await fromPage("POST", `/demo/${action}`, page)).status).toBe(403);
    }
    expect((await fromPage("OPTIONS", "/demo/kick-off", page)).status).toBe(403);
    const read = await fromPage("GET", "/demo", page);
    expect(read.headers.get("access-control-allow-origin")).toBeNull();
    expect([spawn, demoOrigin.kill, demoOrigin.startAgain].flatMap(({ mock }) => mock.calls)).toEqual([]);
  },
);

test("what a browser calls cross-site is refused, whatever Origin it names", async () => {
  const { ask, spawn } = setUp();
  const headers = { "spillway-via": "edge", origin: STOREFRONT, "sec-fetch-site": "cross-site" };
  expect((await ask("POST", "/demo/kick-off", headers)).status).toBe(403);
  expect((await ask("GET", "/demo", headers)).status).toBe(403);
  expect(spawn).not.toHaveBeenCalled();
  expect((await ask("POST", "/demo/kick-off", { ...headers, "sec-fetch-site": "same-site" })).status).toBe(
    200,
  );
});

test("nobody asks without the token", async () => {
  const { ask, spawn } = setUp();
  for (const authorization of ["", "Bearer ", `Bearer ${TOKEN}x`, TOKEN]) {
    expect((await ask("POST", "/demo/kick-off", { authorization })).status).toBe(401);
  }
  expect(spawn).not.toHaveBeenCalled();
});

test("where the data is not the demo's, everything is refused, and says why", async () => {
  const { ask, fromPage, spawn, demoOrigin } = setUp({ refusal: "the data is not the demo's" });
  expect(await (await fromPage("GET", "/demo", STOREFRONT)).json()).toMatchObject({ available: false });
  for (const action of ["kick-off", "kill-origin"]) {
    const refused = await fromPage("POST", `/demo/${action}`, STOREFRONT);
    expect([refused.status, await refused.json()]).toEqual([409, { reason: "the data is not the demo's" }]);
  }
  expect((await ask("GET", "/addresses")).status).toBe(409);
  expect((await ask("PUT", "/progress", {}, progressOf("one"))).status).toBe(409);
  expect([spawn, demoOrigin.kill].flatMap(({ mock }) => mock.calls)).toEqual([]);
});

test("one spike at a time: another one is refused until the first is over or silent", async () => {
  const { ask, pass } = setUp();
  const tell = async (progress: SpikeProgress) => (await ask("PUT", "/progress", {}, progress)).status;
  expect(await tell(progressOf("one"))).toBe(200);
  expect([await tell(progressOf("two")), await tell(progressOf("one"))]).toEqual([409, 200]);
  expect((await ask("POST", "/demo/kick-off")).status).toBe(409);
  pass(4999);
  expect(await tell(progressOf("two"))).toBe(409);
  pass(1);
  expect(await tell(progressOf("two"))).toBe(200);
  expect(await tell(progressOf("two", "over"))).toBe(200);
  expect(await tell(progressOf("three"))).toBe(200);
});

test("an origin that was killed is back at the spike's end, also where its command was killed", async () => {
  const { ask, fromPage, demoOrigin, pass } = setUp();
  await ask("PUT", "/progress", {}, progressOf("one"));
  expect(await (await fromPage("POST", "/demo/kill-origin", STOREFRONT)).json()).toMatchObject({
    origin: "dead",
  });
  expect((await fromPage("POST", "/demo/kill-origin", STOREFRONT)).status).toBe(409);
  pass(4000);
  expect(demoOrigin.startAgain).not.toHaveBeenCalled();
  pass(1000);
  expect(demoOrigin.startAgain).toHaveBeenCalledTimes(1);
});

test("why a kick-off did not come about is told", async () => {
  const { fromPage, endChild } = setUp();
  await fromPage("POST", "/demo/kick-off", STOREFRONT);
  endChild(3);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await (await fromPage("GET", "/demo", STOREFRONT)).json()).toMatchObject({
    isRunning: false,
    problem: "why not",
  });
});
