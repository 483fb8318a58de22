import { reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { parsePage } from "@spillway/shared/protocol/page.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import {
  putIndex,
  putPage,
  putRouting,
  SOCIAL,
  testEdge,
  type OriginBehaviour,
} from "../../test/worker/test-edge.ts";

const HOME = "/recommendations?user=u42&context=homepage";

function served(response: Response): string {
  return response.headers.get("spillway-served") ?? "";
}

/** Asks again and again until the edge has read what KV holds now, and has counted that it is bad. */
async function untilNoticed(
  edge: ReturnType<typeof testEdge>,
  failure: "kv-read" | "kv-value",
  detail: string,
): Promise<void> {
  await expect
    .poll(async () => {
      await edge.get(HOME, SOCIAL);
      return edge.health();
    })
    .toMatchObject({ lastFailures: { [failure]: expect.stringContaining(detail) } });
}

beforeEach(async () => {
  await putIndex();
  await putRouting({});
  for (const cluster of ["generic", "esp", "bel", "other", "esp.social"]) await putPage(cluster);
});
afterEach(reset);

describe("an admitted request", () => {
  test("gets the origin's page as it is", async () => {
    const response = await testEdge("ok").get(HOME, SOCIAL);
    expect(response.status).toBe(200);
    expect(served(response)).toBe('individual;reason=admitted;cluster="esp.social"');
    expect(await response.json()).toMatchObject({ carousels: [{ id: "for-you" }] });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "private, no-cache",
      "content-type": "application/json; charset=utf-8",
      etag: 'W/"individual-1"',
      "spillway-now": "2026-07-10T18:00:00.000Z",
      vary: "Cookie, Referer, User-Agent",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.get("server-timing")).toMatch(/^edge;dur=\d{1,6}, origin;dur=1\.25$/);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^spillway_entry=social\.[0-9a-z]+; Path=\/; Max-Age=1800; SameSite=Lax; HttpOnly$/,
      ),
      expect.stringMatching(/^spillway_viewer=[\w-]+; Path=\/; Max-Age=7776000; SameSite=Lax; HttpOnly$/),
    ]);
  });

  test("is forwarded with its cluster and signals, and nothing else of the client's", async () => {
    const edge = testEdge("ok");
    await edge.get(`${HOME}&cluster=stolen&extra=1`, {
      ...SOCIAL,
      "spillway-admit": "forged",
      "spillway-signals": '{"team":"XXX"}',
      "spillway-other": "1",
      authorization: "Bearer secret",
    });
    const [request] = await edge.requests();
    expect(request?.url).toBe("/recommendations?user=u42&context=homepage&cluster=esp.social");
    expect(JSON.parse(request?.headers["spillway-signals"] ?? "{}")).toMatchObject({
      team: "ESP",
      entry: "social",
    });
    expect(request?.headers).not.toHaveProperty("spillway-other");
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(request?.headers).not.toHaveProperty("cookie");
  });

  test("tells the origin a text beyond ASCII, in a header that is ASCII", async () => {
    const edge = testEdge("ok");
    await edge.get(`${HOME}&utm_campaign=夏祭り-2026`);
    const [request] = await edge.requests();
    const header = request?.headers["spillway-signals"] ?? "{}";
    expect(header).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(header)).toMatchObject({
      campaign: "2026-xp5s3dsm3t",
      texts: { campaign: { text: "夏祭り-2026", folded: "2026" } },
    });
  });

  test("gets of the origin's headers those that are known, in their known form", async () => {
    const response = await testEdge("odd-headers").get(HOME, SOCIAL);
    expect([response.status, served(response)]).toEqual([200, "individual;reason=admitted"]);
    const headers = Object.fromEntries(response.headers);
    expect(headers).not.toHaveProperty("etag");
    expect(headers["set-cookie"]).not.toMatch(/spillway_viewer|session/);
    expect(headers["spillway-now"]).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(headers["server-timing"]).toMatch(/^edge;dur=\d{1,6}$/);
    expect(headers["cache-control"]).toBe("private, no-cache");
  });

  test("gets 304 when the origin says so", async () => {
    const response = await testEdge("ok").get(HOME, { "if-none-match": 'W/"individual-1"' });
    expect([response.status, await response.text()]).toEqual([304, ""]);
    expect(served(response)).toMatch(/^individual/);
  });

  test("names the origin's process as KV does, so that an isolate's first request is taken at once", async () => {
    const routing = JSON.parse((await env.PAGES.get("routing")) ?? "{}") as object;
    await env.PAGES.put("routing", JSON.stringify({ ...routing, instance: "second-start" }));
    const edge = testEdge("restarted");
    expect(served(await edge.get(HOME))).toMatch(/^individual/);
    expect((await edge.requests()).map(({ headers }) => headers["spillway-instance"])).toEqual([
      "second-start",
    ]);
  });

  test("asks the origin even where nothing was ever published", async () => {
    await reset();
    const edge = testEdge("ok");
    await edge.get(HOME);
    expect(await edge.requests()).toMatchObject([
      { url: "/recommendations?user=u42&context=homepage&cluster=generic" },
    ]);
  });

  test("about an item or a query carries it to the origin", async () => {
    const edge = testEdge("ok");
    await edge.get("/recommendations?user=u42&context=similar&item=i%201");
    await edge.get("/recommendations?user=u42&context=search&q=goal%26more");
    expect((await edge.requests()).map(({ url }) => url)).toEqual([
      "/recommendations?user=u42&context=similar&cluster=other&item=i+1",
      "/recommendations?user=u42&context=search&cluster=other&q=goal%26more",
    ]);
  });

  test("gets the origin's word for what it asks wrongly", async () => {
    const response = await testEdge("unknown-item").get("/recommendations?user=u&context=similar&item=x");
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "/problems/not-found",
      title: "There is no such thing",
      status: 404,
      detail: "item is not in the catalogue",
      errors: [{ key: "item", reason: "is not in the catalogue" }],
    });
  });
});

describe("without an individual page the cluster's is served", () => {
  test.each<[string, OriginBehaviour, string]>([
    ["over its threshold", "over-threshold", "over-threshold"],
    ["slower than the deadline", "slow", "deadline"],
    ["slow with the body", "slow-body", "deadline"],
    ["cut off within the body", "broken-body", "origin-error"],
    ["failing", "error", "origin-error"],
    ["redirecting", "redirect", "origin-error"],
    ["without proof of itself", "unproven", "origin-error"],
    ["with another's proof", "forged", "origin-error"],
    ["whose small reply is of megabytes", "bomb", "origin-error"],
    ["with JSON that is no page", "not-a-page", "origin-error"],
    ["with a page of another context", "another-context", "origin-error"],
    ["with a page that it calls HTML", "html", "origin-error"],
    ["that says 304 to who has no page", "not-modified", "origin-error"],
    ["without content", "no-content", "origin-error"],
    ["that refuses what the edge has found valid", "unknown-item", "origin-error"],
    ["gone", "down", "origin-unreachable"],
  ])("by an origin %s", async (_, behaviour, reason) => {
    if (reason === "deadline") await putRouting({ deadline_ms: 50 });
    const response = await testEdge(behaviour).get(HOME, SOCIAL);
    expect(response.status).toBe(200);
    expect(served(response)).toBe(`cluster;reason=${reason};cluster="esp.social";generation=7;age=17`);
    expect(parsePage(await response.text())?.cluster).toBe("esp.social");
  });

  test("within the operator's deadline", async () => {
    await putRouting({ deadline_ms: 30 });
    expect(served(await testEdge("slow").get(HOME))).toMatch(/^cluster;reason=deadline/);
    // The scripted origin takes a second and a half: less than this deadline, and more than the default.
    await putRouting({ deadline_ms: 10_000 });
    expect(served(await testEdge("slow").get(HOME))).toMatch(/^individual/);
  });

  test("when the edge is not configured, and /health says what is wrong", async () => {
    const edge = testEdge("ok", { EDGE_TOKEN: "short", ORIGIN_URL: "nowhere" });
    expect(served(await edge.get(HOME))).toMatch(/^cluster;reason=origin-error/);
    const health = await edge.get("/health");
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      status: "degraded",
      problems: [{ key: "ORIGIN_URL" }, { key: "EDGE_TOKEN" }],
    });
  });

  test.each([
    ["search", "q=goal%22%7D%5C%20%E2%9A%BD", { context: "search", q: 'goal"}\\ ⚽' }],
    ["similar", "item=i1", { context: "similar", item: "i1" }],
  ])("to %s too, with the homepage's page, and header and body say so", async (context, subject, asked) => {
    const edge = testEdge("down");
    const response = await edge.get(`/recommendations?user=u42&context=${context}&${subject}`, SOCIAL);
    expect(served(response)).toMatch(
      `cluster;reason=origin-unreachable;cluster="esp.social";stands-in-for="${context}";generation=7`,
    );
    const text = await response.text();
    expect(parsePage(text)).toMatchObject({ context: "homepage", carousels: [{ id: "top" }] });
    expect(JSON.parse(text)).toMatchObject({ standsInFor: asked });
    // Nothing stands in for a page that is stored.
    const home = await edge.get(HOME, SOCIAL);
    expect([served(home).includes("stands-in"), await home.json()]).toEqual([
      false,
      expect.not.objectContaining({ standsInFor: expect.anything() }),
    ]);
  });
});

/** The real KV, with the keys of the pages that are read from it. */
function watchedKv(): { readonly pages: KVNamespace; readonly pagesRead: readonly string[] } {
  const pagesRead: string[] = [];
  const pages = {
    get: (key: string) => env.PAGES.get(key),
    getWithMetadata: (key: string) => {
      pagesRead.push(key);
      return env.PAGES.getWithMetadata(key, "arrayBuffer");
    },
  } as unknown as KVNamespace;
  return { pages, pagesRead };
}

describe("admission", () => {
  test("tells the origin the isolate's demand, under the request's signature", async () => {
    const edge = testEdge("ok");
    await edge.get(HOME);
    await edge.get(HOME);
    const [first, second] = await edge.requests();
    expect(first?.headers["spillway-demand"]).toMatch(
      /^i[0-9a-f-]{36};demand=1\.000;arrivals=1;version=\d+$/,
    );
    expect(second?.headers["spillway-demand"]?.split(";")[0]).toBe(
      first?.headers["spillway-demand"]?.split(";")[0],
    );
  });

  test("goes by the credit of the reply, and asks no more than it allows", async () => {
    const edge = testEdge("share");
    const responses = [
      await edge.get(HOME, SOCIAL),
      await edge.get(HOME, SOCIAL),
      await edge.get(HOME, SOCIAL),
    ];
    expect(responses.map(served).map((text) => text.split(";")[0])).toEqual([
      "individual",
      "cluster",
      "cluster",
    ]);
    expect(await edge.requests()).toHaveLength(1);
    expect(await edge.health()).toMatchObject({
      admission: { credit: "share", ratePerSec: 0 },
    });
  });

  test("has one request of a cold isolate at the origin, and serves pages to the others", async () => {
    const edge = testEdge("ok");
    const all = await Promise.all(Array.from({ length: 5 }, () => edge.get(HOME, SOCIAL)));
    expect(all.map(served).filter((text) => text.startsWith("individual"))).toHaveLength(1);
    expect(await edge.requests()).toHaveLength(1);
  });

  test("counts a cold isolate's request against its location's limit, the real one", async () => {
    const isolates = Array.from({ length: 12 }, () =>
      testEdge("ok", { COLD_LIMIT: env.COLD_LIMIT as RateLimit }),
    );
    const all = await Promise.all(isolates.map((edge) => edge.get(HOME, SOCIAL)));
    const individual = all.map(served).filter((text) => text.startsWith("individual")).length;
    expect(individual).toBeGreaterThan(0);
    // Two a second, and the twelve may come around the turn of one.
    expect(individual).toBeLessThanOrEqual(4);
  });

  test("asks all the same when the limiter is broken", async () => {
    const noLimiter = { limit: () => Promise.reject(new Error("no limiter today")) };
    const edge = testEdge("ok", { COLD_LIMIT: noLimiter });
    expect(served(await edge.get(HOME))).toMatch(/^individual/);
    expect(await edge.health()).toMatchObject({ failures: { "rate-limit": 1 } });
  });

  test("reads the page beside a question without credit, and no page beside one with credit", async () => {
    const { pages, pagesRead } = watchedKv();
    const edge = testEdge("ok", { PAGES: pages });
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^individual/);
    expect(pagesRead).toEqual(["page:homepage:esp.social"]);
    // The answer has opened the way: the origin is expected to take this one.
    expect(served(await edge.get("/recommendations?user=u42&context=live", SOCIAL))).toMatch(/^individual/);
    expect(pagesRead).toEqual(["page:homepage:esp.social"]);
  });

  test("asks a dead origin no more, and again once the watch has found it back", async () => {
    const watch = {
      getByName: () => ({
        untilBack: () => Promise.resolve("back" as const),
        abortedRollout: () => Promise.resolve(undefined),
      }),
    };
    const edge = testEdge("error", {
      COLD_LIMIT: { limit: () => Promise.resolve({ success: true }) },
      ORIGIN_WATCH: watch,
    });
    for (const asked of [1, 2, 2]) {
      expect(served(await edge.get(HOME))).toMatch(/^cluster;reason=origin-error/);
      expect(await edge.requests()).toHaveLength(asked);
    }
    await edge.get(HOME);
    expect(await edge.requests()).toHaveLength(3);
  });
});

describe("the ladder", () => {
  test("gives the parent's page for a missing one", async () => {
    await env.PAGES.delete("page:homepage:esp.social");
    const response = await testEdge("down").get(HOME, SOCIAL);
    expect(served(response)).toMatch(/^parent;.*cluster="esp";assigned="esp.social";generation=7/);
  });

  test("gives the generic page when the parent's is missing too", async () => {
    await env.PAGES.delete("page:homepage:esp.social");
    await env.PAGES.delete("page:homepage:esp");
    const response = await testEdge("down").get(HOME, SOCIAL);
    expect(served(response)).toMatch(/^generic;.*cluster="generic";assigned="esp.social"/);
  });

  test.each([
    ["no JSON", '{"carousels":', { generation: 7, builtAtMs: 1, contentHash: "x" }],
    [
      "another cluster's page",
      '{"context":"homepage","cluster":"bel"}',
      { generation: 7, builtAtMs: 1, contentHash: "x" },
    ],
    ["a page without metadata", "", undefined],
  ])("passes over %s", async (_, text, metadata) => {
    const body = text === "" ? ((await env.PAGES.get("page:homepage:esp.social")) ?? "") : text;
    await env.PAGES.put("page:homepage:esp.social", body, metadata === undefined ? {} : { metadata });
    const edge = testEdge("down");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^parent/);
    expect(await edge.health()).toMatchObject({ failures: { "kv-value": 1 } });
  });

  test("ends with the page that the worker brings along, for every context", async () => {
    await reset();
    const edge = testEdge("down");
    for (const context of ["homepage", "live", "movies", "series", "kids"]) {
      const response = await edge.get(`/recommendations?context=${context}`);
      expect([response.status, served(response)]).toEqual([
        200,
        'builtin;reason=origin-unreachable;assigned="generic"',
      ]);
      const page = parsePage(await response.text());
      expect(page?.context).toBe(context);
      expect(page?.carousels[0]?.items.length).toBeGreaterThan(3);
    }
  });

  test("follows a page that was written again", async () => {
    const edge = testEdge("down");
    expect(served(await edge.get(HOME, SOCIAL))).toContain("age=17");
    await putPage("esp.social", "homepage", Date.now() - 5500);
    await expect.poll(async () => served(await edge.get(HOME, SOCIAL))).toContain("age=5");
  });

  test("keeps the last good page when a corrupt one is written", async () => {
    const edge = testEdge("down");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster/);
    await env.PAGES.put("page:homepage:esp.social", "corrupt");
    await untilNoticed(edge, "kv-value", "page:");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster;.*cluster="esp.social"/);
  });
});

function broken(get: () => Promise<never>): KVNamespace {
  return { get, getWithMetadata: get } as unknown as KVNamespace;
}

describe("unreachable KV", () => {
  test("still gives the origin's page", async () => {
    const allButRouting = {
      get: (key: string) =>
        key === "routing" ? env.PAGES.get(key) : Promise.reject(new Error("KV is down")),
      getWithMetadata: () => Promise.reject(new Error("KV is down")),
    } as unknown as KVNamespace;
    expect(served(await testEdge("ok", { PAGES: allButRouting }).get(HOME))).toMatch(/^individual/);
  });

  test("gives the builtin page when the origin is gone too", async () => {
    const edge = testEdge("down", { PAGES: broken(() => Promise.reject(new Error("KV is down"))) });
    expect(served(await edge.get(HOME))).toMatch(/^builtin/);
  });

  test("keeps what the isolate has in memory", async () => {
    let down = false;
    const guard = <Result>(work: () => Promise<Result>): Promise<Result> =>
      down ? Promise.reject(new Error("KV is down")) : work();
    const flaky = {
      get: (key: string) => guard(() => env.PAGES.get(key)),
      getWithMetadata: (key: string) => guard(() => env.PAGES.getWithMetadata(key, "arrayBuffer")),
    } as unknown as KVNamespace;
    const edge = testEdge("down", { PAGES: flaky });
    await edge.get(HOME, SOCIAL);
    down = true;
    await untilNoticed(edge, "kv-read", "page:");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster;.*"esp.social"/);
  });

  test("costs a silent KV's deadline once, not for each request", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    onTestFinished(() => timers.mockRestore());
    const waits = () => timers.mock.calls.filter(([, ms]) => ms !== undefined && ms > 30).length;
    const edge = testEdge("down", {
      PAGES: broken(() => new Promise<never>(() => undefined)),
      KV_DEADLINE_MS: "40",
      READ_CYCLE_MS: "60000",
    });
    // Not `edge.get`: it waits for work behind the response, which never ends here.
    const ask = () =>
      edge.edge.app.fetch(new Request(`http://edge.example${HOME}`), undefined, {
        waitUntil: () => undefined,
        passThroughOnException: () => undefined,
        props: {},
      });
    expect(served(await ask())).toMatch(/^builtin/);
    const first = waits();
    expect(first).toBeGreaterThan(0);
    for (let at = 0; at < 5; at += 1) expect(served(await ask())).toMatch(/^builtin/);
    expect(waits()).toBe(first);
  });
});

describe("routing", () => {
  test("serves a rule's cluster without asking the origin", async () => {
    await putRouting({ rules: [{ when: { team: "ESP" }, then: "bel" }] });
    const edge = testEdge("ok");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster;reason=rule;cluster="bel"/);
    expect(await edge.requests()).toEqual([]);
  });

  test("serves the generic page where a rule says so", async () => {
    await putRouting({ rules: [{ when: { team: "ESP" }, then: "generic" }] });
    expect(served(await testEdge("ok").get(HOME, SOCIAL))).toMatch(
      /^generic;reason=rule;cluster="generic";generation/,
    );
  });

  test("lets the learned index decide where a rule's cluster has gone, and says so, until it is back", async () => {
    await putRouting({
      rules: [
        { when: { team: "ESP" }, then: "long-gone" },
        { when: { team: "ESP" }, then: "bel" },
      ],
    });
    expect(served(await testEdge("ok").get(HOME, SOCIAL))).toBe(
      'individual;reason=admitted;cluster="esp.social"',
    );
    const edge = testEdge("over-threshold");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(
      /^cluster;reason=over-threshold;cluster="esp.social"/,
    );
    expect(await edge.health()).toMatchObject({
      status: "degraded",
      problems: [{ key: "rules[0].then", reason: expect.stringContaining('no cluster "long-gone"') }],
    });
    await putIndex(undefined, [{ id: "long-gone", parent: 0 }]);
    await putPage("long-gone");
    await expect
      .poll(async () => served(await edge.get(HOME, SOCIAL)))
      .toMatch(/^cluster;reason=rule;cluster="long-gone"/);
    expect(await edge.health()).toMatchObject({ status: "ok", problems: [] });
  });

  test("obeys a rule while no index has come, which might not have its cluster", async () => {
    await reset();
    await putRouting({ rules: [{ when: { team: "ESP" }, then: "bel" }] });
    await putPage("bel");
    expect(served(await testEdge("ok").get(HOME, SOCIAL))).toMatch(/^cluster;reason=rule;cluster="bel"/);
  });

  test("asks the origin where a rule says individual, and falls to the learned cluster", async () => {
    await putRouting({
      rules: [
        { when: { team: "ESP" }, then: "individual" },
        { when: {}, then: "bel" },
      ],
    });
    expect(served(await testEdge("ok").get(HOME, SOCIAL))).toMatch(/^individual/);
    expect(served(await testEdge("down").get(HOME, SOCIAL))).toMatch(/^cluster;.*cluster="esp.social"/);
  });

  test("asks nobody in a band of threshold 0, nor when forced to cluster pages", async () => {
    await putRouting({ bands: [{ name: "none", from: "00:00", threshold_per_s: 0 }] });
    const edge = testEdge("ok");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(
      /^cluster;reason=over-threshold;cluster="esp.social"/,
    );
    await putRouting({ mode: "force-cluster" }, 4);
    await expect.poll(async () => served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster;reason=forced/);
    expect(await edge.requests()).toEqual([]);
  });

  test("keeps the last good version, and the last good index, when corrupt ones are published", async () => {
    await putRouting({ mode: "force-cluster" });
    const edge = testEdge("ok");
    await edge.get(HOME, SOCIAL);
    await env.PAGES.put("cluster-index", "[]");
    await untilNoticed(edge, "kv-value", "cluster-index");
    await env.PAGES.put("routing", '{"version":9,"routing":{"mode":"sideways"}}');
    await untilNoticed(edge, "kv-value", "routing");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(/^cluster;reason=forced;cluster="esp.social"/);
    expect(await edge.health()).toMatchObject({ clusterIndex: { generation: 7 }, routing: { version: 3 } });
  });
});

describe("the holdout", () => {
  test("gets the generic page whatever the load, and asks nobody", async () => {
    await putRouting({ holdout: { share: 1 } });
    const edge = testEdge("ok");
    expect(served(await edge.get(HOME, SOCIAL))).toMatch(
      /^generic;reason=holdout;cluster="generic";assigned="esp.social";generation=7/,
    );
    expect(await edge.requests()).toEqual([]);
  });

  test("is a share of the users, and each stays what they are", async () => {
    await putRouting({ holdout: { share: 0.5 } });
    const edge = testEdge("ok");
    const users = Array.from({ length: 20 }, (_, at) => `user-${at}`);
    const rungs = async (): Promise<string[]> => {
      const all: string[] = [];
      for (const user of users) {
        all.push(served(await edge.get(`/recommendations?user=${user}`)).split(";cluster")[0] ?? "");
      }
      return all;
    };
    const first = await rungs();
    expect(new Set(first)).toEqual(new Set(["generic;reason=holdout", "individual;reason=admitted"]));
    expect(await rungs()).toEqual(first);
  });

  test("may be asked for individually beyond the credit, and says so", async () => {
    await putRouting({ holdout: { share: 1, serve: "individual" } });
    const edge = testEdge("share");
    for (let at = 0; at < 3; at += 1) {
      expect(served(await edge.get(HOME, SOCIAL))).toBe('individual;reason=holdout;cluster="esp.social"');
    }
  });

  test("gets the cluster's page where the origin's gate admits nobody", async () => {
    await putRouting({ holdout: { share: 1, serve: "individual" } });
    expect(served(await testEdge("over-threshold").get(HOME, SOCIAL))).toMatch(
      /^cluster;reason=over-threshold;cluster="esp.social"/,
    );
  });
});

async function idsOf(response: Response): Promise<string[] | undefined> {
  return parsePage(await response.text())?.carousels.flatMap(({ items }) => items.map(({ id }) => id));
}

describe("items that must not be shown any more", () => {
  beforeEach(() => putRouting({ mode: "force-cluster" }));

  test.each([
    [["a"], ["b"], "cluster"],
    [["elsewhere"], ["a", "b"], "cluster"],
    [["a", "b"], expect.arrayContaining(["builtin-live"]), "builtin"],
  ])("leave the stored page: without %j it has %j", async (hidden, left, as) => {
    await env.PAGES.put("editorial", JSON.stringify({ version: 3, clockOffsetMs: 0, pins: [], hidden }));
    const response = await testEdge("ok").get(HOME, SOCIAL);
    expect([response.status, served(response).split(";")[0]]).toEqual([200, as]);
    expect(await idsOf(response)).toEqual(left);
  });
});

describe("pins", () => {
  const pin = { id: "qf", when: { team: "ESP" }, contexts: ["homepage"], title: "Quarter-final" };
  const item = { id: "match-99", title: "Spain v. Belgium", kind: "match" };

  beforeEach(async () => {
    await putRouting({ mode: "force-cluster" });
    const editorial = { version: 2, clockOffsetMs: 0, pins: [{ ...pin, items: [item] }] };
    await env.PAGES.put("editorial", JSON.stringify(editorial));
  });

  test("lead the pages of the visitors they are for, and no others", async () => {
    const edge = testEdge("ok");
    const pinned = await edge.get(HOME, SOCIAL);
    expect(served(pinned)).toMatch(/^cluster;reason=forced;cluster="esp.social";generation=7/);
    expect(parsePage(await pinned.text())?.carousels.map(({ title }) => title)).toEqual([
      "Quarter-final",
      "Top",
    ]);
    const other = await edge.get(`${HOME}&team=BEL`);
    expect(parsePage(await other.text())?.carousels.map(({ title }) => title)).toEqual(["Top"]);
  });

  test("change the ETag, so that a page with other pins is sent again", async () => {
    const edge = testEdge("ok");
    const pinned = (await edge.get(HOME, SOCIAL)).headers.get("etag") ?? "";
    expect(pinned).not.toContain("hash-esp");
    expect((await edge.get(HOME, { ...SOCIAL, "if-none-match": pinned })).status).toBe(304);
    expect((await edge.get(HOME, { ...SOCIAL, "if-none-match": 'W/"hash-esp-social"' })).status).toBe(200);
  });
});

describe("a stored page", () => {
  test("comes with the content's clock", async () => {
    await env.PAGES.put("editorial", JSON.stringify({ version: 1, clockOffsetMs: -86_400_000, pins: [] }));
    const now = (await testEdge("down").get(HOME)).headers.get("spillway-now") ?? "";
    expect(Math.abs(Date.parse(now) + 86_400_000 - Date.now())).toBeLessThan(5000);
  });

  test("is not sent again to who has it", async () => {
    const edge = testEdge("down");
    const etag = (await edge.get(HOME, SOCIAL)).headers.get("etag");
    expect(etag).toBe('W/"hash-esp-social"');
    const response = await edge.get(HOME, { ...SOCIAL, "if-none-match": '"other", "hash-esp-social"' });
    expect([response.status, await response.text(), response.headers.get("etag")]).toEqual([304, "", etag]);
    expect(served(response)).toMatch(/^cluster/);
  });

  test("answers HEAD with its headers alone", async () => {
    const response = await testEdge("down").get(HOME, SOCIAL, "HEAD");
    expect([response.status, await response.text()]).toEqual([200, ""]);
    expect(served(response)).toMatch(/^cluster/);
  });
});

describe("bad requests", () => {
  test.each([
    ["/recommendations?context=Home", 400, "context"],
    ["/recommendations?user=", 400, "user"],
    ["/recommendations?context=similar", 400, "item"],
    ["/recommendations?context=radio", 404, "context"],
    ["/recommendation", 404, "path"],
  ])("%s gets %i, naming %s", async (path, status, key) => {
    const response = await testEdge("ok").get(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, errors: [{ key }] });
  });

  test("an unknown context is told from the index's own list", async () => {
    await putIndex([...PAGE_CONTEXTS, "radio"]);
    await putPage("other", "radio");
    const edge = testEdge("down");
    expect(served(await edge.get("/recommendations?context=radio"))).toMatch(/^cluster/);
    expect((await edge.get("/recommendations?context=podcasts")).status).toBe(404);
  });

  test.each([
    ["/recommendations", "DELETE", "GET, HEAD"],
    ["/recommendations", "OPTIONS", "GET, HEAD"],
    ["/events", "GET", "POST"],
    ["/health", "POST", "GET, HEAD"],
  ])("%s refuses %s", async (path, method, allow) => {
    const response = await testEdge("ok").get(path, {}, method);
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  });

  test("odd headers cost nobody the page", async () => {
    const response = await testEdge("down").get(`${HOME}&utm_campaign=%E0%A4%A&team=%00`, {
      cookie: "team=%E0%A4%A; spillway_viewer=AQ....; ;;=;",
      referer: "not a url",
      "if-none-match": ',"",W/',
      "user-agent": "x".repeat(5000),
    });
    expect([response.status, served(response).split(";")[0]]).toEqual([200, "cluster"]);
  });
});

describe("a visitor without user", () => {
  test("is the same user when the cookie comes back", async () => {
    const edge = testEdge("ok");
    const first = await edge.get("/recommendations");
    const cookie = first.headers.getSetCookie().find((entry) => entry.startsWith("spillway_visitor="));
    expect(cookie).toMatch(/; Path=\/; Max-Age=31536000; SameSite=Lax; HttpOnly$/);
    const second = await edge.get("/recommendations", { cookie: cookie?.split(";")[0] ?? "" });
    expect(second.headers.getSetCookie().join()).not.toContain("spillway_visitor");
    const users = (await edge.requests()).map(({ url }) => new URL(url, "http://o").searchParams.get("user"));
    expect(users[0]).toMatch(/^v_[0-9a-f-]{36}$/);
    expect(users[1]).toBe(users[0]);
  });
});

/** The entry paths that the origin was told, in order. */
async function entriesAt(edge: ReturnType<typeof testEdge>): Promise<unknown[]> {
  return (await edge.requests()).map(
    ({ headers }) => (JSON.parse(headers["spillway-signals"] ?? "{}") as { entry?: unknown }).entry,
  );
}

function entryCookie(response: Response): string | undefined {
  return response.headers.getSetCookie().find((cookie) => cookie.startsWith("spillway_entry="));
}

describe("a visit", () => {
  test("keeps how it began when the visitor comes back from paying", async () => {
    const edge = testEdge("ok", { ALLOWED_ORIGINS: "https://app.example.com", RETURN_HOSTS: "bank.example" });
    const first = await edge.get(`${HOME}&utm_source=google&utm_medium=cpc`);
    const cookie = entryCookie(first)?.split(";")[0] ?? "";
    const etag = first.headers.get("etag") ?? "";
    for (const referer of ["https://www.paypal.com/", "https://bank.example/", "https://app.example.com/"]) {
      await edge.get(HOME, { cookie, referer, "if-none-match": etag });
    }
    expect(await entriesAt(edge)).toEqual(["ad", "ad", "ad", "internal"]);
  });

  test("is written with the stored page and with 304 too, and not for a prefetch", async () => {
    const edge = testEdge("down");
    const page = await edge.get(HOME, SOCIAL);
    expect(entryCookie(page)).toMatch(/^spillway_entry=social/);
    const unchanged = await edge.get(HOME, { ...SOCIAL, "if-none-match": page.headers.get("etag") ?? "" });
    expect([unchanged.status, entryCookie(unchanged)]).toEqual([
      304,
      expect.stringMatching(/^spillway_entry=social/),
    ]);
    for (const purpose of ["prefetch", "prefetch;prerender"]) {
      expect(entryCookie(await edge.get(HOME, { ...SOCIAL, "sec-purpose": purpose }))).toBeUndefined();
    }
    const secure = await edge.fetch(new Request(`https://edge.example${HOME}`));
    expect(entryCookie(secure)).toMatch(/^spillway_entry=direct\..*; Secure$/);
  });
});

function fieldsForOrigins({ headers }: Response) {
  return Array.from(headers).filter(([name]) => name === "vary" || name.startsWith("access-control-"));
}

describe("other web origins", () => {
  test("may call when the operator allows them", async () => {
    const edge = testEdge("down", { ALLOWED_ORIGINS: "https://app.example.com" });
    const response = await edge.get(HOME, { origin: "https://app.example.com" });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "access-control-allow-origin": "https://app.example.com",
      "access-control-expose-headers": "Spillway-Served,Spillway-Now,ETag,Retry-After,Server-Timing",
      "access-control-allow-credentials": "true",
      vary: "Cookie, Referer, User-Agent, Origin",
    });
    const other = await edge.get(HOME, { origin: "https://evil.example" });
    expect(other.headers.has("access-control-allow-origin")).toBe(false);
    for (const [path, method] of [
      ["/recommendations", "GET"],
      ["/events", "POST"],
      ["/identify", "DELETE"],
    ] as const) {
      const asking = {
        origin: "https://app.example.com",
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
      };
      const preflight = await edge.get(path, asking, "OPTIONS");
      expect(preflight.status).toBe(204);
      expect(Object.fromEntries(preflight.headers)).toMatchObject({
        "access-control-allow-origin": "https://app.example.com",
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "authorization,content-type",
        "access-control-allow-methods": expect.stringContaining(method),
        "access-control-max-age": "7200",
      });
    }
  });

  test("may read what is wrong, on every route and with every status", async () => {
    const edge = testEdge("down", { ALLOWED_ORIGINS: "https://app.example.com" });
    const from = { origin: "https://app.example.com" };
    for (const [path, method, status] of [
      ["/recommendations?context=nope", "GET", 404],
      ["/recommendations?context=!", "GET", 400],
      ["/recommendations", "DELETE", 405],
      ["/nowhere", "GET", 404],
      ["/events", "POST", 400],
      ["/identify", "POST", 403],
    ] as const) {
      const response = await edge.get(path, from, method);
      expect([path, response.status, response.headers.get("access-control-allow-origin")]).toEqual([
        path,
        status,
        "https://app.example.com",
      ]);
    }
  });

  test("get the same fields with a page, which no middleware sees, as with its head", async () => {
    const edge = testEdge("down", { ALLOWED_ORIGINS: "https://app.example.com" });
    for (const origin of [{ origin: "https://app.example.com" }, { origin: "https://evil.example" }, {}]) {
      const [page, head] = [await edge.get(HOME, origin), await edge.get(HOME, origin, "HEAD")];
      expect(fieldsForOrigins(page)).toEqual(fieldsForOrigins(head));
      expect(fieldsForOrigins(page).length).toBeGreaterThan(2);
    }
  });

  test("may not by default", async () => {
    const response = await testEdge("down").get(HOME, { origin: "https://app.example.com" });
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
  });
});
