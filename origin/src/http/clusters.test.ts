import { expect, onTestFinished, test } from "vitest";
import type { ShownCluster } from "@spillway/shared/clusters/compared-pages.ts";
import type { ClusterList } from "@spillway/shared/clusters/listed-clusters.ts";
import type { Carousel } from "@spillway/shared/protocol/page.ts";
import type { ServingRecord, ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { replaceClusters } from "@spillway/store/pages/clusters.ts";
import { finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { putPages } from "@spillway/store/pages/pages.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { admin } from "../../test/test-admin.ts";
import { testOperators } from "../../test/test-operators.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { clustersRoutes } from "./clusters.ts";

const NOW_MS = Date.parse("2026-07-10T00:30:20Z");
const NOW_MINUTE = Math.floor(NOW_MS / 60_000);
const HOSTILE = "<img src=x onerror=alert(1)>";

function setUp() {
  const database = openForTest();
  const servingLog = openServingLog(temporaryPath());
  onTestFinished(servingLog.close);
  const { around } = testOperators(database, () => NOW_MS);
  const app = around(clustersRoutes({ database, servingLog, nowMs: () => NOW_MS }));
  let sequence = 0;
  return {
    database,
    list: async (path = "/clusters") => (await (await app.request(path, admin("GET"))).json()) as ClusterList,
    show: async (query: string) =>
      (await (await app.request(`/clusters/pages?${query}`, admin("GET"))).json()) as ShownCluster,
    status: async (path: string, init: RequestInit = admin("GET")) => (await app.request(path, init)).status,
    served: (calls: number, record: Partial<ServingRecord> & { readonly agoMinutes?: number } = {}) => {
      const { agoMinutes = 0, ...given } = record;
      const records = [{ ...RECORD, minute: NOW_MINUTE - agoMinutes, calls, ...given }];
      servingLog.store({ ...REPORT, sequence: sequence++, records }, NOW_MS);
    },
  };
}

const REPORT: ServingReport = {
  isolate: "i1",
  sequence: 0,
  part: 0,
  parts: 1,
  totals: { calls: 0, lost: 0 },
  records: [],
};

const RECORD: ServingRecord = {
  user: "00ff00ff00ff00ff",
  minute: 0,
  context: "homepage",
  as: "cluster",
  reason: "over-threshold",
  cluster: "esp",
  country: "ES",
  network: "",
  agent: "tv",
  calls: 1,
  version: 1,
  slow: 0,
};

type Opened = ReturnType<typeof setUp>;

/** Everybody, those for Spain, and of these who came by social media and by the rest. */
function grow({ database }: Opened) {
  const esp = { signal: "team", value: "ESP" };
  const nodes = [
    ["generic", null, [], false, 0.0, 0],
    ["esp", "generic", [esp], false, 0.25, 0.25],
    ["esp.social", "esp", [esp, { signal: "entry", value: "social" }], true, 0.1, 0.34561],
    ["esp.odd", "esp", [esp, { signal: "campaign", value: "x", forms: { text: HOSTILE } }], true, 0, null],
  ] as const;
  replaceClusters(
    database,
    nodes.map(([id, parent, definition, leaf, gain, gainOverGeneric], position) => ({
      position,
      id,
      parent,
      definition: JSON.stringify(definition),
      leaf,
      members: 10 * (position + 1),
      gain,
      gainOverGeneric,
      scores: Buffer.alloc(0),
    })),
  );
  const generation = startGeneration(database, "test", NOW_MS - 90_000);
  finishGeneration(database, generation, {}, NOW_MS - 60_000);
}

async function storePage({ database }: Opened, cluster: string, rows: Readonly<Record<string, string>>) {
  const carousels = Object.entries(rows).map(([id, items]): Carousel => ({
    id,
    title: `${id} ${HOSTILE}`,
    items: items.split(" ").map((item) => ({ id: item, title: `Title ${item}`, kind: "movie" })),
  }));
  await putPages(database, [
    {
      context: "homepage",
      cluster,
      generation: 3,
      builtMs: NOW_MS - 3_600_000,
      contentHash: `hash-${cluster}`,
      layout: new Uint8Array(),
      carousels: JSON.stringify(carousels),
      shown: "[]",
    },
  ]);
}

test("before the first cycle there are no clusters, and nothing is served", async () => {
  const { list, show } = setUp();
  expect(await list()).toMatchObject({
    context: "homepage",
    cycle: null,
    clusters: [],
    traffic: { since: null, hour: {}, day: {}, outside: { hour: 0, day: 0 } },
  });
  expect(await show("cluster=generic")).toMatchObject({ status: 404 });
});

test("lists what each cluster is, what its page adds, and how old that is", async () => {
  const opened = setUp();
  grow(opened);
  await storePage(opened, "esp.social", { top: "a" });
  const { cycle, clusters } = await opened.list();
  expect(cycle).toEqual({ generation: 1, endedAt: "2026-07-10T00:29:20.000Z" });
  expect(clusters.map(({ id }) => id)).toEqual(["generic", "esp", "esp.social", "esp.odd"]);
  expect(clusters[2]).toEqual({
    id: "esp.social",
    definition: "team=ESP, entry=social",
    parent: "esp",
    members: 30,
    gain: 0.1,
    gainOverGeneric: 0.3456,
    leaf: true,
    page: { generation: 3, changedAt: "2026-07-09T23:30:20.000Z" },
    hour: {},
    day: {},
  });
  expect(clusters[3]).toMatchObject({
    definition: `team=ESP, campaign=${HOSTILE}`,
    gainOverGeneric: null,
    page: null,
  });
  expect((await opened.list("/clusters?context=live")).clusters[2]?.page).toBeNull();
});

test("counts the pages of the last hour and day by rung, over midnight, and what has left the tree", async () => {
  const opened = setUp();
  grow(opened);
  opened.served(5, { cluster: "esp.social", as: "tailored" });
  opened.served(2, { cluster: "esp.social", as: "cluster", agoMinutes: 59 });
  opened.served(4, { cluster: "esp.social", as: "individual", agoMinutes: 60 });
  opened.served(8, { cluster: "esp.social", agoMinutes: 1439 });
  opened.served(99, { cluster: "esp.social", agoMinutes: 1440 });
  opened.served(3, { cluster: "generic", as: "generic" });
  opened.served(7, { cluster: "gone-since" });
  opened.served(1, { cluster: "", as: "builtin" });
  opened.served(50, { cluster: "", as: "none", reason: "none", context: "events" });
  const { clusters, traffic } = await opened.list();
  expect(clusters[2]).toMatchObject({
    hour: { tailored: 5, cluster: 2 },
    day: { tailored: 5, cluster: 10, individual: 4 },
  });
  expect(clusters[0]?.hour).toEqual({ generic: 3 });
  expect(traffic).toEqual({
    hourFrom: "2026-07-09T23:31:00.000Z",
    dayFrom: "2026-07-09T00:31:00.000Z",
    since: "2026-07-09T00:31:00.000Z",
    hour: { tailored: 5, cluster: 9, generic: 3, builtin: 1 },
    day: { tailored: 5, cluster: 17, individual: 4, generic: 3, builtin: 1 },
    outside: { hour: 8, day: 8 },
  });
});

test("shows a page beside its parent's and the generic one, and where each title stands there", async () => {
  const opened = setUp();
  grow(opened);
  await storePage(opened, "esp.social", { top: "a b", new: "n" });
  await storePage(opened, "esp", { top: "b a", other: "c" });
  await storePage(opened, "generic", { other: "c a" });
  const { path, pages, standsIn, cluster } = await opened.show("cluster=esp.social");
  expect(path.map(({ id }) => id)).toEqual(["generic", "esp", "esp.social"]);
  expect([cluster.id, standsIn]).toEqual(["esp.social", "esp.social"]);
  expect(pages.map(({ whose, cluster: of }) => `${whose} ${of}`)).toEqual([
    "own esp.social",
    "parent esp",
    "generic generic",
  ]);
  expect(pages[0]?.carousels).toEqual([
    {
      id: "top",
      title: `top ${HOSTILE}`,
      beside: { parent: 1, generic: null },
      items: [
        {
          id: "a",
          title: "Title a",
          kind: "movie",
          beside: { parent: { carousel: "top", position: 2 }, generic: { carousel: "other", position: 2 } },
        },
        {
          id: "b",
          title: "Title b",
          kind: "movie",
          beside: { parent: { carousel: "top", position: 1 }, generic: null },
        },
      ],
    },
    {
      id: "new",
      title: `new ${HOSTILE}`,
      beside: { parent: null, generic: null },
      items: [{ id: "n", title: "Title n", kind: "movie", beside: { parent: null, generic: null } }],
    },
  ]);
  expect(pages[2]?.carousels[0]?.items[0]?.beside).toEqual({
    own: null,
    parent: { carousel: "other", position: 1 },
  });
});

test("a cluster without a page says whose stands in; everybody stands beside nobody", async () => {
  const opened = setUp();
  grow(opened);
  expect((await opened.show("cluster=esp.odd")).standsIn).toBeNull();
  await storePage(opened, "generic", { top: "a" });
  const odd = await opened.show("cluster=esp.odd");
  expect(odd.standsIn).toBe("generic");
  expect(odd.pages.map(({ page }) => page === null)).toEqual([true, true, false]);
  // What is compared with no page is not called different.
  expect(odd.pages[2]?.carousels[0]?.items[0]?.beside).toEqual({});
  const esp = await opened.show("cluster=esp");
  expect(esp.pages.map(({ whose }) => whose)).toEqual(["own", "generic"]);
  const everybody = await opened.show("context=homepage");
  expect(everybody.pages).toHaveLength(1);
  expect(everybody.pages[0]?.carousels[0]?.beside).toEqual({});
});

test("refuses what it doesn't know, and who has no token", async () => {
  const { status } = setUp();
  expect(await status("/clusters?context=radio")).toBe(400);
  expect(await status("/clusters/pages?context=radio")).toBe(400);
  expect(await status("/clusters/pages?cluster=atlantis")).toBe(404);
  expect(await status("/clusters", { method: "GET" })).toBe(401);
  expect(await status("/clusters/pages", { method: "GET" })).toBe(401);
});
