/** What posts of clients that prove nothing do to the clusters and pages of an honest audience: nothing. */
import { beforeEach, expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import type { Database } from "@spillway/store/database.ts";
import { insertEvents, lastEventSeq } from "@spillway/store/events/events.ts";
import { allClusters } from "@spillway/store/pages/clusters.ts";
import { pageHeads } from "@spillway/store/pages/pages.ts";
import { countProfiles } from "@spillway/store/profiles/profiles.ts";
import { seedFans } from "../../../test/fans.ts";
import { memoryKv } from "../../kv/memory.ts";
import { runCycle } from "./cycle.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const HOUR_MS = 3_600_000;
const NETWORK = "a".repeat(16);
const INVENTED = 20_000;

let database: Database;
let clockMs: number;

beforeEach(() => {
  database = openForTest(":memory:");
  clockMs = NOW_MS;
  seedFans(database, NOW_MS);
});

/** Trains anew each time, and tells what an edge would serve. */
async function published() {
  clockMs += 60_000;
  await runCycle({ database, kv: memoryKv(), now: () => clockMs, trainCadenceMs: 0 }, "test");
  return {
    clusters: allClusters(database).map(({ id, parent, members }) => ({ id, parent, members })),
    pages: new Map(
      pageHeads(database).map(({ context, cluster, contentHash }) => [`${context} ${cluster}`, contentHash]),
    ),
  };
}

let sent = 0;

/** Each of many ids plays what no fan of its team plays. */
function invent(items: readonly string[], change: Partial<StoredEvent> = {}): void {
  const signals = { ...NO_SIGNALS, team: "ESP" };
  for (let from = 0; from < INVENTED; from += 5000) {
    const events = Array.from({ length: 5000 }, (_, at) =>
      items.map((item): StoredEvent => ({
        id: `e${(sent += 1)}`,
        type: "play",
        item,
        user: `invented-${from + at}`,
        timeMs: clockMs,
        signals,
        proof: "none",
        network: NETWORK,
        ...change,
      })),
    ).flat();
    insertEvents(database, events, clockMs);
  }
}

/** As the honest audience plays, beside the fans: from another network, twice each. */
function honest(): void {
  for (let visit = 0; visit < 2; visit += 1) {
    insertEvents(
      database,
      Array.from({ length: 40 }, (_, at): StoredEvent => ({
        id: `h${(sent += 1)}`,
        type: "play",
        item: `esp-${at % 12}`,
        user: `honest-${at}`,
        timeMs: clockMs,
        signals: { ...NO_SIGNALS, team: "ESP" },
        proof: "cookie",
        network: "b".repeat(16),
      })),
      clockMs,
    );
    clockMs += HOUR_MS;
  }
}

test.each<[string, readonly string[], Partial<StoredEvent>]>([
  ["one thing each, without proof", ["bel-0"], {}],
  ["several things each, without proof", ["bel-0", "bel-1", "bel-2"], {}],
  ["one thing each, by cookies that the edge issued", ["bel-0"], { proof: "cookie" }],
  ["one thing each, by tokens or a gateway", ["bel-0"], { proof: undefined, network: undefined }],
  [
    "plays on a cluster's page that it had",
    ["bel-0"],
    { servedAs: "cluster", cluster: "esp", context: "homepage" },
  ],
])("20,000 invented users change no cluster and no page: %s", async (_, items, change) => {
  honest();
  const before = await published();
  invent(items, { ...change, generation: 1 });
  const after = await published();
  expect(lastEventSeq(database)).toBe(80 + INVENTED * items.length);
  expect(countProfiles(database)).toBe(340 + INVENTED);
  expect(after).toEqual(before);
});

test("who has many ids that came back weighs no more than the share of a network", async () => {
  honest();
  const before = await published();
  invent(["bel-0"], { proof: "cookie" });
  clockMs += HOUR_MS;
  invent(["bel-1"], { proof: "cookie" });
  const after = await published();
  const members = ({ clusters }: typeof before) => clusters.find(({ id }) => id === "generic")?.members ?? 0;
  // The least cap: the audience is small.
  expect(members(after) - members(before)).toBeLessThanOrEqual(50);
});

test("honest newcomers do change clusters and pages", async () => {
  const before = await published();
  honest();
  expect(await published()).not.toEqual(before);
});
