import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { beforeEach, describe, expect, test } from "vitest";
import type { Database } from "@spillway/store/database.ts";
import {
  engagementBetween,
  engagementCursor,
  itemEngagementSince,
} from "@spillway/store/events/engagement.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { putPages } from "@spillway/store/pages/pages.ts";
import { shownPagesOf } from "@spillway/store/pages/shown-pages.ts";
import { replaceSuspects } from "@spillway/store/operators/suspects.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { dayOf } from "@spillway/store/events/count-once.ts";
import { rollUpEngagement } from "./roll-up.ts";

const DAY_MS = 24 * 3600 * 1000;
const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const TODAY = dayOf(NOW_MS);
const CONTEXT = {
  seqOfItem: (id: string) => (id.startsWith("item-") ? Number(id.slice(5)) : undefined),
  isHeldOut: (user: string) => user === "held-out",
};

let database: Database;

/** Generation 1 wrote the homepage of `esp`, which shows items 1, 2 and 3. */
beforeEach(async () => {
  database = openForTest(":memory:");
  finishGeneration(database, startGeneration(database, "test", NOW_MS), {}, NOW_MS);
  await putEsp(1, NOW_MS);
});

async function putEsp(generation: number, builtMs: number): Promise<void> {
  await putPages(database, [
    {
      context: "homepage",
      cluster: "esp",
      generation,
      builtMs,
      contentHash: `hash-${generation}`,
      layout: Buffer.alloc(0),
      carousels: "[]",
      shown: '[["for-you",[1,2,3]]]',
    },
  ]);
}

let sent = 0;

function event(fields: Partial<StoredEvent> = {}): StoredEvent {
  return {
    id: `e${(sent += 1)}`,
    type: "impression",
    user: "u1",
    item: "item-1",
    timeMs: NOW_MS,
    servedAs: "cluster",
    cluster: "esp",
    generation: 1,
    context: "homepage",
    carousel: "for-you",
    position: 0,
    ...fields,
  };
}

function add(events: readonly StoredEvent[], nowMs = NOW_MS): number {
  insertEvents(database, events, nowMs);
  return rollUpEngagement(database, CONTEXT, nowMs);
}

const esp = { servedAs: "cluster", cluster: "esp", generation: 1, context: "homepage" };

test("a suspect's events count nowhere, and hold nothing up", () => {
  replaceSuspects(
    database,
    [{ hash: "00ff00ff00ff00ff", user: "bot", why: null, expiresMs: NOW_MS + 1 }],
    NOW_MS,
  );
  expect(add([event({ user: "bot" }), event({ user: "bot", type: "play" }), event()])).toBe(3);
  expect(engagementBetween(database, TODAY, TODAY)).toMatchObject([{ ...esp, events: 1, plays: 0 }]);
  expect(itemEngagementSince(database, TODAY)).toMatchObject([{ item: 1, played: 0 }]);
});

test("a viewer for whom a title was left out counts with the places that they saw", () => {
  upsertItems(database, [item(1, { ageRating: 18 }), item(2)], "import", NOW_MS);
  add([event({ item: "item-2", position: 0 }), event({ item: "item-3", position: 1 })]);
  expect(engagementBetween(database, TODAY, TODAY)).toMatchObject([
    { ...esp, attribution: "plausible", reason: "withheld", impressions: 2 },
  ]);
});

function item(seq: number, more: Partial<Item> = {}): Item {
  return { id: `item-${seq}`, title: "T", kind: "movie", genres: [], teams: [], takenDown: false, ...more };
}

test("a hidden item is counted, and moves no page", () => {
  add([event({ type: "hide" })]);
  expect(engagementBetween(database, TODAY, TODAY)).toMatchObject([
    { ...esp, events: 1, hides: 1, plays: 0 },
  ]);
  expect(itemEngagementSince(database, TODAY)).toEqual([]);
});

const NETWORK = "a".repeat(16);

function played(): number {
  return itemEngagementSince(database, TODAY)[0]?.played ?? 0;
}

/** Plays of as many visitors. */
function visitors(count: number, fields: Partial<StoredEvent>): StoredEvent[] {
  return Array.from({ length: count }, (_, at) => event({ type: "play", user: `v${at}`, ...fields }));
}

describe("pages are moved", () => {
  test("by no id that nothing speaks for, until it came back", () => {
    add(visitors(5, { proof: "none", network: NETWORK }));
    expect(played()).toBe(0);
    const returned = { arrivedMs: NOW_MS - DAY_MS, seenMs: NOW_MS, proof: "none", network: NETWORK } as const;
    const profile = { history: Buffer.alloc(0), signals: null, visits: 1, source: "events" as const };
    putProfiles(database, [{ ...profile, ...returned, user: "v1", updatedMs: NOW_MS }]);
    add(visitors(5, { proof: "none", network: NETWORK }));
    expect(played()).toBe(1);
    add(visitors(5, { proof: "cookie", network: NETWORK }));
    expect(played()).toBe(5);
  });

  test("by some visitors of a network, and by all that these do", () => {
    const crowd = visitors(5000, { proof: "cookie", network: NETWORK });
    add(crowd.map((one, at) => ({ ...one, type: "impression" as const, id: `i${at}` })));
    const [shown] = itemEngagementSince(database, TODAY);
    expect(shown?.attention).toBe(200);
    add(crowd);
    expect(played()).toBe(200);
    add(visitors(300, { user: "w1", network: "b".repeat(16) }));
    expect(played()).toBe(201);
    add(visitors(300, {}).map((one) => ({ ...one, user: `token-${one.user}` })));
    expect(played()).toBe(501);
  });
});

describe("events are added up", () => {
  test("once, by what they claim, on the day of their time", () => {
    const batch = [
      event(),
      event({ type: "click" }),
      event({ type: "play", timeMs: NOW_MS - DAY_MS }),
      event({ type: "progress", user: "held-out" }),
    ];
    expect(add(batch)).toBe(4);
    expect(add(batch)).toBe(0);
    const claimed = { ...esp, attribution: "verified", reason: "shown" };
    expect(engagementBetween(database, TODAY - 1, TODAY)).toMatchObject([
      { ...claimed, day: TODAY - 1, holdout: 0, events: 1, impressions: 0, clicks: 0, plays: 1 },
      { ...claimed, day: TODAY, holdout: 0, events: 2, impressions: 1, clicks: 1, plays: 0 },
      { ...claimed, day: TODAY, holdout: 1, events: 1, impressions: 0, clicks: 0, plays: 0 },
    ]);
    expect(engagementCursor(database)).toBe(4);
  });

  test.each([
    ["a week ago, from a device that was offline", NOW_MS - 7 * DAY_MS + 1, TODAY - 7],
    ["longer ago than its page is known", NOW_MS - 7 * DAY_MS, TODAY],
    ["in 1970", 0, TODAY],
    ["before 1970", Date.parse("1969-07-20T20:17:40Z"), TODAY],
    ["in the year 0", Date.parse("0000-01-01T00:00:00Z"), TODAY],
    ["tomorrow", NOW_MS + DAY_MS, TODAY],
  ])("on a day that a client can't choose: %s", (_, timeMs, day) => {
    add([event({ timeMs })]);
    expect(engagementBetween(database, -1e9, 1e9)).toMatchObject([{ day, impressions: 1 }]);
  });

  test("for 400 days", () => {
    add([event()]);
    add([event({ user: "u2" })], NOW_MS + 399 * DAY_MS);
    expect(engagementBetween(database, 0, 1e9).map(({ day }) => day)).toEqual([TODAY, TODAY + 399]);
    add([event({ user: "u3" })], NOW_MS + 400 * DAY_MS);
    expect(engagementBetween(database, 0, 1e9).map(({ day }) => day)).toEqual([TODAY + 399, TODAY + 400]);
  });

  test("over many batches", () => {
    add(Array.from({ length: 4500 }, (_, at) => event({ user: `u${at}` })));
    expect(engagementBetween(database, TODAY, TODAY)).toMatchObject([{ impressions: 4500 }]);
    expect(itemEngagementSince(database, TODAY)).toMatchObject([{ attention: 4500 }]);
  });

  test("under no name that somebody has made up", () => {
    add([
      event({ cluster: "made-up" }),
      event({ servedAs: "individual", cluster: "made-up", context: "made-up" }),
      event({ generation: 77 }),
    ]);
    for (const row of engagementBetween(database, TODAY, TODAY)) {
      expect(row).toMatchObject({ cluster: "", generation: -1 });
    }
  });
});

describe("an item on a cluster's page", () => {
  test("is counted once a day for each visitor, whatever they repeat, weighted by where it stood", () => {
    add([
      event({ item: "item-2", position: 1 }),
      event({ item: "item-2", position: 1 }),
      event({ item: "item-2", position: 1, type: "click" }),
      event({ item: "item-2", position: 1, type: "play" }),
      event({ item: "item-2", position: 1, type: "complete" }),
      event({ item: "item-2", position: 1, user: "u2" }),
    ]);
    expect(itemEngagementSince(database, TODAY)).toEqual([
      { cluster: "esp", item: 2, attention: 1, opened: 1, played: 1 },
    ]);
    add([event({ item: "item-2", position: 1, type: "play" })], NOW_MS + DAY_MS);
    expect(itemEngagementSince(database, TODAY)).toMatchObject([{ attention: 1.5, opened: 2, played: 2 }]);
  });

  test("counts by the day of arrival, whatever time a client claims", () => {
    add([1, 2, 3].map((days) => event({ type: "play", timeMs: NOW_MS - days * DAY_MS })));
    expect(itemEngagementSince(database, TODAY)).toMatchObject([{ item: 1, played: 1 }]);
  });

  test.each<[string, Partial<StoredEvent>]>([
    ["a contradicted claim", { position: 2 }],
    ["an individual page", { servedAs: "individual" }],
    ["an unknown item", { item: "nothing" }],
    ["no claim", { servedAs: undefined }],
  ])("is left alone by %s", (_, fields) => {
    add([event({ type: "play", ...fields })]);
    expect(itemEngagementSince(database, 0)).toEqual([]);
  });
});

test("what is too old to be asked for is dropped: items after two weeks, replaced pages after one", async () => {
  add([event()]);
  await putEsp(2, NOW_MS);
  add([event({ user: "u2" })], NOW_MS + 6 * DAY_MS);
  expect(shownPagesOf(database, "homepage", "esp")).toHaveLength(2);
  add([event({ user: "u3" })], NOW_MS + 15 * DAY_MS);
  expect(shownPagesOf(database, "homepage", "esp").map(({ generation }) => generation)).toEqual([2]);
  // The first of the three has been dropped.
  expect(itemEngagementSince(database, 0)).toMatchObject([{ attention: 2 }]);
});
