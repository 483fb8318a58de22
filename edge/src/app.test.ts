import { NO_SAMPLE } from "./serving-log/sample.ts";
import { NO_SERVING_LOG } from "./serving-log/serving-log.ts";
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { createApp, type AppDeps } from "./app.ts";
import { readConfig } from "./env.ts";
import { createServedCounts } from "./metrics/served-counts.ts";
import { createFailures } from "./failures.ts";
import { createPackSource } from "./packs/pack-source.ts";
import { createTailorPage } from "./pages/tailor-page.ts";
import { createPageSource } from "./pages/page-source.ts";
import { createViewerMap } from "./viewer/viewer-map.ts";
import { createViewers } from "./viewer/viewers.ts";
import { createPinOverlay } from "./pages/pin-overlay.ts";

function boom(): Promise<never> {
  return Promise.reject(new Error("boom"));
}

/** Whatever is broken, the request path must end in an answer. */
function brokenApp() {
  const failures = createFailures(() => undefined);
  const deps: AppDeps = {
    config: readConfig(env),
    state: boom,
    consoleSessions: undefined,
    rollouts: { stateFor: (state) => state },
    pages: createPageSource({ kv: env.PAGES, cycleMs: 1000, failures }, () => 1e6),
    packs: createPackSource({ kv: env.PAGES, cycleMs: 1000, failures }),
    overlay: createPinOverlay(),
    tailor: createTailorPage(failures),
    admission: {
      admit: boom,
      settle: () => undefined,
      state: () => ({ credit: "none", demandPerSec: 0, unanswered: 0 }),
      forwards: () => ({ answered: 0, failed: 0 }),
    },
    callOrigin: boom,
    userTokens: undefined,
    sink: boom,
    limits: boom,
    gatewayTokens: [],
    failures,
    kvDeadlineMs: 40,
    clock: () => 0,
    servingLog: NO_SERVING_LOG,
    sample: NO_SAMPLE,
    isolate: "i1",
    startedMs: 0,
    servedCounts: createServedCounts(),
    kvReads: () => 0,
    hashUser: (user) => user,
    viewers: createViewers((user) => user),
    viewerMap: createViewerMap({ kv: env.PAGES, cycleMs: 1000, failures }, () => 0),
    items: () => undefined,
    newId: () => "id",
  };
  const app = createApp(deps);
  return {
    ask: async (path: string, init?: RequestInit) =>
      app.fetch(new Request(`http://edge.example${path}`, init), env, createExecutionContext()),
    failures,
  };
}

test("gives a page when something breaks that nobody thought of, and counts it", async () => {
  const { ask, failures } = brokenApp();
  const response = await ask("/recommendations?context=live");
  expect(response.status).toBe(200);
  expect(response.headers.get("spillway-served")).toBe('builtin;reason=origin-error;assigned="generic"');
  expect(await response.json()).toMatchObject({ context: "live", carousels: [{ id: "browse" }] });
  expect(failures.counts().unexpected).toBe(1);
});

test.each(["similar&item=i1", "search&q=x"])(
  "gives the homepage's page in the place of context=%s",
  async (context) => {
    const response = await brokenApp().ask(`/recommendations?context=${context}`);
    expect(await response.json()).toMatchObject({ context: "homepage", carousels: [{ id: "browse" }] });
  },
);

test("asks for the events again when something breaks", async () => {
  const body = JSON.stringify([{ id: "e", type: "play", item: "i" }]);
  const response = await brokenApp().ask("/events", { method: "POST", body });
  expect([response.status, response.headers.has("retry-after")]).toEqual([503, true]);
});
