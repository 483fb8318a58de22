import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { EVENT_TYPES, parseEventBatch } from "@spillway/shared/protocol/events.ts";
import { formatServed } from "@spillway/shared/protocol/served.ts";
import { fakeBrowser, fakeElement, type FakeElement, type SentRequest } from "../test/fake-browser.ts";
import { createSpillway, type Spillway, type SpillwayPage } from "./spillway.js";

const SERVED = formatServed({
  as: "parent",
  reason: "over-threshold",
  cluster: "esp.social",
  assigned: "esp.social.casual",
  generation: 42,
  ageS: 17,
});
const PAGE = { query: "user=u42&context=homepage", served: SERVED, context: "homepage" };
const PLACE = { spillwayCarousel: "live-next", spillwayPosition: "3" };

let browser: ReturnType<typeof fakeBrowser>;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-07-10T18:00:00Z") });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  browser = fakeBrowser();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** A page that has read the outbox of the pages before it. */
async function open(page: SpillwayPage = PAGE): Promise<Spillway> {
  const spillway = createSpillway({ endpoint: "/events", ...page });
  await seconds(0);
  return spillway;
}

const asElement = (element: FakeElement): Element => element as unknown as Element;
const card = (item: string): Element => asElement(fakeElement(item, PLACE));
const itemsOf = (sent: readonly SentRequest[]): string[] =>
  sent.flatMap(({ events }) => events.map(({ item }) => item));
const idsOf = (sent: readonly SentRequest[]): string[] =>
  sent.flatMap(({ events }) => events.map(({ id }) => id));
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000);

function clickOn(spillway: Spillway, from: number, to = from): void {
  for (let at = from; at <= to; at += 1) spillway.record("click", card(`i${at}`));
}

describe("an event", () => {
  test("names its place and how the page was served, and the edge accepts it", async () => {
    const spillway = await open();
    for (const type of EVENT_TYPES) {
      spillway.record(type, card("i1"), 0.5);
      // Keys sort in the order in which the events were made, to the millisecond.
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(await spillway.flush()).toBe(true);
    expect(browser.posts.map(({ url }) => url)).toEqual(["/events?user=u42&context=homepage"]);
    const batch = parseEventBatch({ events: browser.posts[0]?.events }, { user: "u42", nowMs: Date.now() });
    expect(batch).toMatchObject({
      ok: true,
      refused: [],
      events: EVENT_TYPES.map((type) => ({
        type,
        item: "i1",
        servedAs: "parent",
        cluster: "esp.social",
        generation: 42,
        context: "homepage",
        carousel: "live-next",
        position: 3,
      })),
    });
  });

  test("has a UUID of version 7 of its own", async () => {
    const spillway = await open();
    clickOn(spillway, 1, 19);
    await spillway.flush();
    const ids = idsOf(browser.posts);
    expect(new Set(ids).size).toBe(19);
    const timeMs = Date.now().toString(16).padStart(12, "0");
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(id.replace("-", "").slice(0, 12)).toBe(timeMs);
    }
  });

  test("of a page without a served header, on an element outside any carousel, is accepted too", async () => {
    const spillway = await open({});
    spillway.record("click", asElement(fakeElement("i1")));
    spillway.record("click", asElement(fakeElement(undefined)));
    await spillway.flush();
    expect(browser.posts[0]?.events.map((event) => Object.keys(event))).toEqual([["id", "type", "item"]]);
  });

  test("repeats what the served header names, for each rung", async () => {
    const spillway = await open({ ...PAGE, served: "builtin;reason=deadline" });
    clickOn(spillway, 1);
    await spillway.flush();
    expect(browser.posts[0]?.events[0]).toMatchObject({ servedAs: "builtin", context: "homepage" });
    expect(browser.posts[0]?.events[0]).not.toHaveProperty("cluster");
  });
});

describe("impressions", () => {
  test("count cards that are half in view for a second, once for each page view", async () => {
    const spillway = await open();
    const [seen, brief, sliver] = ["seen", "brief", "sliver"].map((item) => fakeElement(item, PLACE));
    if (!seen || !brief || !sliver) throw new Error("three elements");
    browser.reveal(seen, 0.5);
    browser.reveal(sliver, 0.49);
    browser.reveal(brief);
    await seconds(0.9);
    browser.reveal(brief, 0.2);
    await seconds(0.2);
    browser.reveal(seen, 0);
    browser.reveal(seen);
    await seconds(3);
    expect(itemsOf(browser.posts)).toEqual(["seen"]);
    spillway.show(PAGE, true);
    browser.reveal(seen);
    await seconds(4);
    expect(itemsOf(browser.posts)).toEqual(["seen"]);
    spillway.show(PAGE);
    browser.reveal(seen);
    await seconds(4);
    expect(itemsOf(browser.posts)).toEqual(["seen", "seen"]);
  });

  test("do not count in a hidden tab, nor for a card that has left", async () => {
    await open();
    const [covered, gone] = [fakeElement("covered", PLACE), fakeElement("gone", PLACE)];
    browser.reveal(covered);
    browser.reveal(gone);
    gone.isConnected = false;
    browser.setHidden(true);
    await seconds(3);
    expect(browser.posts).toEqual([]);
  });
});

describe("playback", () => {
  test("is a play, progress in each later quarter, and completion, each once", async () => {
    await open();
    const video = fakeElement("film", PLACE, "video");
    browser.dispatch("play", video);
    for (const at of [1, 24, 26, 30, 51, 30, 52, 80, 99]) {
      video.currentTime = at;
      await vi.advanceTimersByTimeAsync(250);
      browser.dispatch("timeupdate", video);
      browser.dispatch("play", video);
    }
    await vi.advanceTimersByTimeAsync(1);
    browser.dispatch("ended", video);
    browser.dispatch("click", video);
    browser.dispatch("play", fakeElement(undefined, {}, "video"));
    await seconds(2);
    const events = browser.posts.flatMap((post) => post.events);
    expect(events.map(({ type, progress }) => [type, progress])).toEqual([
      ["play", undefined],
      ["progress", 0.26],
      ["progress", 0.51],
      ["progress", 0.8],
      ["complete", undefined],
    ]);
  });

  test("of an endless stream makes no progress", async () => {
    await open();
    const video = fakeElement("live", PLACE, "video");
    video.duration = Number.POSITIVE_INFINITY;
    video.currentTime = 5000;
    browser.dispatch("timeupdate", video);
    await seconds(2);
    expect(browser.posts).toEqual([]);
  });
});

test("what is hidden is sent at once, each time", async () => {
  const spillway = await open();
  await spillway.hide("i1");
  await spillway.hide("i1");
  const events = browser.posts.flatMap((post) => post.events);
  expect(events.map(({ type, item }) => [type, item])).toEqual([
    ["hide", "i1"],
    ["hide", "i1"],
  ]);
});

test("clicks count each time, wherever in the card", async () => {
  await open();
  const target = fakeElement("i1", PLACE);
  browser.dispatch("click", target);
  browser.dispatch("click", target);
  browser.dispatch("click", fakeElement(undefined));
  await seconds(2);
  expect(itemsOf(browser.posts)).toEqual(["i1", "i1"]);
});

describe("sending", () => {
  test("waits two seconds for more events, but not with twenty", async () => {
    const spillway = await open();
    await seconds(0.1);
    clickOn(spillway, 1, 19);
    await seconds(1.8);
    expect(browser.posts).toEqual([]);
    await seconds(0.2);
    expect(itemsOf(browser.posts)).toHaveLength(19);
    clickOn(spillway, 20, 39);
    await seconds(0);
    expect(itemsOf(browser.posts)).toHaveLength(39);
    expect(browser.storage).toEqual({});
  });

  test("puts at most 40 events of one query into a batch, smaller than a beacon at their largest", async () => {
    browser.answer = "no network";
    const spillway = await open({
      query: "a",
      served: SERVED.replace("esp.social", "e".repeat(64)),
      context: "c".repeat(32),
    });
    const largest = { spillwayCarousel: "✓".repeat(96), spillwayPosition: "10000" };
    for (let at = 0; at < 90; at += 1)
      spillway.record("click", asElement(fakeElement("✓".repeat(128), largest)));
    await vi.advanceTimersByTimeAsync(1);
    spillway.show({ ...PAGE, query: "b" });
    clickOn(spillway, 1);
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    await spillway.flush();
    expect(browser.posts.map(({ url, events }) => [url, events.length])).toEqual([
      ["/events?a", 40],
      ["/events?a", 40],
      ["/events?a", 10],
      ["/events?b", 1],
    ]);
    expect(new TextEncoder().encode(JSON.stringify(browser.posts[0])).length).toBeLessThan(64 * 1024);
  });

  test.each([400, 413, 415])("drops what a %d refuses, and continues with the rest", async (status) => {
    const spillway = await open();
    clickOn(spillway, 1);
    browser.answer = { status };
    expect(await spillway.flush()).toBe(true);
    browser.answer = { status: 202 };
    clickOn(spillway, 2);
    expect(await spillway.flush()).toBe(true);
    expect(itemsOf(browser.posts)).toEqual(["i1", "i2"]);
  });
});

describe("when the service does not accept them", () => {
  test.each([
    ["a 503", { status: 503 }],
    ["a 429", { status: 429 }],
    ["a captive portal's page", { status: 200 }],
    ["no network", "no network"],
  ] as const)("keeps the events over %s, and sends the same ones once it can", async (_, answer) => {
    const spillway = await open();
    clickOn(spillway, 1, 2);
    browser.answer = answer;
    expect(await spillway.flush()).toBe(false);
    browser.answer = { status: 202 };
    await seconds(8);
    expect(browser.posts[1]).toEqual(browser.posts[0]);
    expect(browser.posts).toHaveLength(2);
  });

  test("tries less and less often, and at once when the browser is online again", async () => {
    browser.answer = "no network";
    clickOn(await open(), 1);
    await seconds(3600);
    const tries = browser.posts.length;
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(20);
    browser.answer = { status: 202 };
    browser.dispatch("online");
    await seconds(0);
    expect(browser.posts).toHaveLength(tries + 1);
    expect(browser.storage).toEqual({});
  });

  test("waits at least as long as it was asked to", async () => {
    const spillway = await open();
    clickOn(spillway, 1);
    browser.answer = { status: 503, retryAfter: "60" };
    await spillway.flush();
    clickOn(spillway, 2, 40);
    await seconds(60);
    expect(browser.posts).toHaveLength(1);
    await seconds(60);
    expect(browser.posts.length).toBeGreaterThan(1);
  });

  test("keeps the newest 500", async () => {
    browser.answer = "no network";
    const spillway = await open();
    clickOn(spillway, 1);
    await spillway.flush();
    for (let at = 2; at <= 600; at += 1) {
      await vi.advanceTimersByTimeAsync(1);
      clickOn(spillway, at);
    }
    expect(Object.keys(browser.storage)).toHaveLength(500);
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    await spillway.flush();
    expect(itemsOf(browser.posts)).toEqual(Array.from({ length: 500 }, (_, at) => `i${at + 101}`));
  });
});

describe("the outbox", () => {
  test("survives a reload, and leaves other keys alone", async () => {
    browser.storage["theme"] = "dark";
    browser.answer = "no network";
    const before = await open();
    clickOn(before, 1);
    await before.flush();
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    await open({ query: "user=u7" });
    expect(browser.posts.map(({ url }) => url)).toEqual(["/events?user=u42&context=homepage"]);
    expect(itemsOf(browser.posts)).toEqual(["i1"]);
    expect(browser.storage).toEqual({ theme: "dark" });
  });

  test("holds the events of several tabs, and any of them may send", async () => {
    browser.answer = "no network";
    const [first, second] = [await open(), await open()];
    clickOn(first, 1, 5);
    clickOn(second, 6, 9);
    await first.flush();
    clickOn(first, 10);
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    await second.flush();
    expect(new Set(itemsOf(browser.posts)).size).toBe(10);
    expect(browser.posts[0]?.events).toHaveLength(10);
    expect(await first.flush()).toBe(true);
    expect(browser.posts).toHaveLength(1);
  });

  test("that can't be sent before somebody else logs in is emptied by removing its keys", async () => {
    browser.storage["theme"] = "dark";
    browser.answer = "no network";
    const spillway = await open({ ...PAGE, query: "context=homepage" });
    clickOn(spillway, 1, 3);
    expect(await spillway.flush()).toBe(false);
    for (const key of Object.keys(localStorage)) if (key.startsWith("spillway:")) delete browser.storage[key];
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    clickOn(spillway, 4);
    expect(await spillway.flush()).toBe(true);
    expect(itemsOf(browser.posts)).toEqual(["i4"]);
    expect(browser.storage).toEqual({ theme: "dark" });
  });

  test.each(["full", "forbidden"])("is in memory where storage is %s", async (trouble) => {
    if (trouble === "full") {
      const full = new Proxy(browser.storage, {
        set: () => {
          throw new DOMException("exceeded", "QuotaExceededError");
        },
      });
      vi.stubGlobal("localStorage", full);
    } else {
      Object.defineProperty(globalThis, "localStorage", {
        configurable: true,
        get: () => {
          throw new DOMException("denied", "SecurityError");
        },
      });
    }
    browser.answer = "no network";
    const spillway = await open();
    clickOn(spillway, 1);
    await spillway.flush();
    clickOn(spillway, 2);
    browser.answer = { status: 202 };
    browser.posts.length = 0;
    await spillway.flush();
    expect(itemsOf(browser.posts).toSorted()).toEqual(["i1", "i2"]);
  });
});

describe("one post at a time", () => {
  test.each(["with", "without"])(
    "of all tabs %s Web Locks, so that the cookie of an earlier answer replaces no later one",
    async (locks) => {
      if (locks === "without") browser.locks = undefined;
      const tabs = [await open(), ...(locks === "with" ? [await open()] : [])];
      browser.answerAfterMs = 500;
      for (const tab of tabs) {
        clickOn(tab, 1, 45);
        void tab.flush();
        void tab.flush();
      }
      browser.dispatch("online");
      await seconds(10);
      expect(browser.mostInFlight).toBe(1);
      expect(new Set(idsOf(browser.posts)).size).toBe(idsOf(browser.posts).length);
      expect(browser.storage).toEqual({});
    },
  );

  test("events are sent where the browser refuses locks, as in a sandboxed frame", async () => {
    browser.locks = { request: () => Promise.reject(new DOMException("denied", "SecurityError")) };
    const spillway = await open();
    clickOn(spillway, 1);
    expect(await spillway.flush()).toBe(true);
    expect(itemsOf(browser.posts)).toEqual(["i1"]);
  });

  test("a beacon waits for the post that is on its way", async () => {
    const spillway = await open();
    browser.answerAfterMs = 500;
    clickOn(spillway, 1);
    void spillway.flush();
    await seconds(0.1);
    clickOn(spillway, 2);
    browser.setHidden(true);
    await seconds(0.1);
    expect(browser.beacons).toEqual([]);
    await seconds(0.4);
    expect([...itemsOf(browser.posts), ...itemsOf(browser.beacons)]).toEqual(["i1", "i2"]);
  });
});

describe("when the page is hidden", () => {
  test("a beacon sends what waits, which is sent again under the same ids, since a beacon has no answer", async () => {
    const spillway = await open();
    clickOn(spillway, 1, 3);
    await vi.advanceTimersByTimeAsync(1);
    spillway.show({ ...PAGE, query: "user=u7" });
    clickOn(spillway, 4);
    browser.setHidden(true);
    await seconds(0);
    // A second beacon would be on its way beside the first one.
    expect(browser.beacons.map(({ url }) => url)).toEqual(["/events?user=u42&context=homepage"]);
    browser.setHidden(false);
    await seconds(0);
    expect(browser.beacons).toHaveLength(1);
    await spillway.flush();
    expect(browser.posts.map(({ url }) => url)).toEqual([
      "/events?user=u42&context=homepage",
      "/events?user=u7",
    ]);
    expect(browser.posts[0]).toEqual(browser.beacons[0]);
    expect(browser.storage).toEqual({});
  });

  test("with nothing on its way the beacon is sent before the page goes", async () => {
    const spillway = await open();
    clickOn(spillway, 1);
    browser.setHidden(true);
    // A microtask, as browsers run it after the listener.
    await Promise.resolve();
    expect(itemsOf(browser.beacons)).toEqual(["i1"]);
  });

  test("events that no beacon accepts stay", async () => {
    browser.takesBeacons = false;
    const spillway = await open();
    clickOn(spillway, 1, 3);
    browser.setHidden(true);
    await spillway.flush();
    expect(itemsOf(browser.posts).toSorted()).toEqual(["i1", "i2", "i3"]);
  });
});
