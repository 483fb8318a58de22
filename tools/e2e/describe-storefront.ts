/** The storefront in a real browser, against a whole running Spillway: pages, controls, events. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Browser, Page, Request } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CHROMIUM, launchBrowser } from "@spillway/kit/processes/browser.ts";
import type { Spillway } from "@spillway/cli/test/start-spillway.ts";
import { axeFindings } from "./axe.ts";

if (CHROMIUM === undefined) console.log("storefront: skipped, no Chromium at $CHROMIUM or /usr/bin/chromium");

const VIEWPORT = { width: 1440, height: 900 };
type Look = { readonly colorScheme: "light" | "dark"; readonly width: number };
const LIGHT: Look = { colorScheme: "light", width: 1440 };
const DARK: Look = { colorScheme: "dark", width: 1440 };
const LIGHT_NARROW: Look = { colorScheme: "light", width: 390 };
const DARK_NARROW: Look = { colorScheme: "dark", width: 390 };
const LOOKS = [LIGHT, DARK, LIGHT_NARROW, DARK_NARROW];
/** Events take two seconds and a request, on a machine that may be busy. */
const PATIENT = { timeout: 15_000 };

let page: Page;
/** What the current test's browser is asked to be without: it complains of that, and may. */
let isOffline = false;
/** What the browser's console complained about, and which hosts it asked, over all tests. */
const complaints: string[] = [];
const origins = new Set<string>();

/**
 * A Spillway under its threshold, without pins. To start one takes a quarter of a minute, so tests share it.
 */
export function describeStorefront(spillway: () => Spillway): void {
  describe.skipIf(CHROMIUM === undefined)("the storefront", () => {
    tests(spillway);
  });
}

function tests(spillway: () => Spillway): void {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser(CHROMIUM ?? "");
  }, 60_000);

  afterAll(() => browser?.close(), 30_000);

  beforeEach(async () => {
    const context = await browser.newContext({ viewport: VIEWPORT });
    page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" && !isOffline) complaints.push(message.text());
    });
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("request", (request) => origins.add(new URL(request.url()).origin));
    return () => context.close();
  });

  test("shows a new visitor an individual page of at least four carousels", async () => {
    await untilIndividual(spillway().edgeUrl);
    expect(await page.locator(".row .cards").count()).toBeGreaterThanOrEqual(4);
    expect(await page.locator("#served").textContent()).toMatch(
      /^Individual page — .*generation \d+.*answered in \d+ ms$/,
    );
  }, 30_000);

  test("shows other items to another team's fan and to one who came by an ad, and keeps the view in its address", async () => {
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=storefront-visitor`));
    const atFirst = await shownItems();
    await afterNextPage(() => page.getByLabel("Team", { exact: true }).selectOption("ESP"));
    const asFan = await shownItems();
    expect(asFan).not.toEqual(atFirst);
    await afterNextPage(() => page.getByLabel("Came by").selectOption("ad"));
    const asFanByAd = await shownItems();
    expect(asFanByAd).not.toEqual(asFan);

    expect(new URL(page.url()).search).toBe("?user=storefront-visitor&team=ESP&entry=ad");
    await afterNextPage(() => page.reload());
    expect(await page.getByLabel("Came by").inputValue()).toBe("ad");
    await afterNextPage(() => page.goBack());
    expect(await page.getByLabel("Came by").inputValue()).toBe("direct");
    expect(await page.getByLabel("Team", { exact: true }).inputValue()).toBe("ESP");
  }, 30_000);

  test("goes through the sections, finds titles, and shows more like one", async () => {
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=u42`));
    await afterNextPage(() => page.getByRole("link", { name: "Movies" }).click());
    expect(await page.locator('#tabs [aria-current="page"]').textContent()).toBe("Movies");
    expect(await page.locator(".card-poster").count()).toBeGreaterThan(0);
    await page.getByRole("searchbox").fill("Spain");
    await afterNextPage(() => page.getByRole("searchbox").press("Enter"));
    expect(await page.locator(".card-title").allTextContents()).toContainEqual(
      expect.stringContaining("Spain"),
    );
    await page.locator(".card-open").first().click();
    await afterNextPage(() =>
      page.getByRole("dialog").getByRole("button", { name: "More like this" }).click(),
    );
    expect(new URL(page.url()).searchParams.get("context")).toBe("similar");
    expect(await page.locator(".card").count()).toBeGreaterThan(0);
  }, 30_000);

  test("reports what was seen and played, and the page answers a play", async () => {
    await afterNextPage(() =>
      page.goto(`${spillway().edgeUrl}/?user=storefront-player-${Date.now()}&team=ESP`),
    );
    const seen = page.waitForResponse((response) =>
      eventsIn(response.request()).some(({ type }) => type === "impression"),
    );
    const response = await seen;
    expect(response.status()).toBe(202);
    expect(eventsIn(response.request())).toContainEqual(
      expect.objectContaining({
        type: "impression",
        servedAs: "individual",
        context: "homepage",
        position: 0,
      }),
    );

    const card = page.locator(".row .card-open").first();
    const item = await card.getAttribute("data-spillway-item");
    await card.click();
    const played = page.waitForResponse((answer) =>
      eventsIn(answer.request()).some(({ type }) => type === "play"),
    );
    await page.getByRole("dialog").getByRole("button", { name: "Play" }).click();
    const answer = await played;
    expect(answer.status()).toBe(202);
    expect(eventsIn(answer.request())).toContainEqual(
      expect.objectContaining({ type: "play", item, servedAs: "individual", generation: expect.any(Number) }),
    );
    await page.getByText("your page has changed").waitFor({ timeout: 15_000 });
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
  }, 45_000);

  test("reports no card that is out of view, until it comes into view", async () => {
    const impressions = sentEvents("impression");
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=storefront-viewer`));
    await expect.poll(() => impressions.length, PATIENT).toBeGreaterThan(2);
    for (const { item } of impressions) expect(await shareInView(item)).toBeGreaterThanOrEqual(0.5);
    const last = page.locator(".row").last().locator("[data-spillway-item]").first();
    const item = (await last.getAttribute("data-spillway-item")) ?? "";
    expect(await shareInView(item)).toBeLessThan(0.5);
    await last.scrollIntoViewIfNeeded();
    await expect.poll(() => impressions.map((event) => event.item), PATIENT).toContain(item);
  }, 30_000);

  test("keeps a click made offline over a reload, and it is stored once", async () => {
    const user = `storefront-traveller-${Date.now()}`;
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=${user}`));
    isOffline = true;
    await page.context().setOffline(true);
    await page.locator(".row .card-open").first().click();
    await page.reload().catch(() => undefined);
    await page.context().setOffline(false);
    isOffline = false;
    expect(clicksStored(spillway(), user)).toBe(0);
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=${user}`));
    await expect.poll(() => clicksStored(spillway(), user), PATIENT).toBe(1);
    await afterNextPage(() => page.reload());
    expect(clicksStored(spillway(), user)).toBe(1);
  }, 60_000);

  test("sends what is left when the page is left", async () => {
    const user = `storefront-leaver-${Date.now()}`;
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=${user}`));
    await page.locator(".row .card-open").first().click();
    await page.goto("about:blank");
    await expect.poll(() => clicksStored(spillway(), user), PATIENT).toBe(1);
  }, 60_000);

  test("features tonight's match for a stranger, and calls no page theirs until they have played", async () => {
    const user = `storefront-stranger-${Date.now()}`;
    await untilIndividual(`${spillway().edgeUrl}/?user=${user}`);
    const heroItem = page.locator(".hero [data-spillway-item]");
    expect(await heroItem.getAttribute("data-spillway-item")).toMatch(/^match-/);
    expect(await page.locator("#served").textContent()).not.toContain("personalized");

    await page.locator(".row .card-open").first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Play" }).click();
    await page.locator("#served").getByText("personalized for this viewer").waitFor(PATIENT);
    expect(await page.locator("#served").textContent()).toMatch(/the origin knows|knows this viewer by/);
  }, 45_000);

  test("puts a viewer's pages side by side, with what moved and why", async () => {
    const user = `storefront-comparer-${Date.now()}`;
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=${user}&context=movies`));
    await page.locator(".row .card-open").first().click();
    const played = page.waitForResponse((answer) =>
      eventsIn(answer.request()).some(({ type }) => type === "play"),
    );
    await page.getByRole("dialog").getByRole("button", { name: "Play" }).click();
    expect((await played).status()).toBe(202);
    await page.keyboard.press("Escape");
    // Through the queue the play reaches the origin a little later than the edge.
    await page.locator("#served").getByText("the origin knows").waitFor(PATIENT);
    await page.getByRole("button", { name: "Compare pages" }).click();
    const dialog = page.getByRole("dialog", { name: "The same viewer, on four rungs" });
    const column = (rung: string) => dialog.locator(`[data-rung="${rung}"] li`);
    await column("tailored").first().waitFor();
    for (const rung of ["generic", "cluster", "tailored", "individual"])
      expect(await column(rung).count()).toBeGreaterThan(3);
    expect(await column("tailored").getByText("because you watched").count()).toBeGreaterThan(0);
    expect(await column("tailored").locator(".compare-moved").count()).toBeGreaterThan(0);
    await page.keyboard.press("Escape");
  }, 45_000);

  test("is steered by the keyboard alone", async () => {
    await afterNextPage(() => page.goto(`${spillway().edgeUrl}/?user=u42`));
    await page.locator(".row .card-open").first().focus();
    await page.keyboard.press("ArrowRight");
    const second = page.locator(".row").first().locator(".card-open").nth(1);
    expect(await page.locator(".card-open:focus").getAttribute("data-spillway-item")).toBe(
      await second.getAttribute("data-spillway-item"),
    );
    await page.keyboard.press("ArrowDown");
    const below = await page.locator(".card-open:focus").getAttribute("data-spillway-carousel");
    expect(below).toBe(await page.locator(".row").nth(1).getAttribute("data-row"));
    await page.keyboard.press("Enter");
    expect(await page.getByRole("dialog").count()).toBe(1);
  }, 30_000);

  test("axe finds nothing in its pages and panels, light and dark, wide and narrow", async () => {
    const address = `${spillway().edgeUrl}/?user=u42&team=ESP`;
    await afterNextPage(() => page.goto(address));
    expect(await page.title()).toBe("Home · Spillway TV");
    expect(await page.getByRole("heading", { level: 1 }).allTextContents()).toEqual(["Home"]);
    expect(await findings(...LOOKS)).toEqual([]);
    await page.getByRole("button", { name: "Compare pages" }).click();
    await page.locator(".compare-column").first().waitFor();
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Close");
    expect(await findings(LIGHT, DARK_NARROW)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".card-open").first().click();
    expect(await findings(DARK, LIGHT_NARROW)).toEqual([]);
  }, 120_000);

  test("kills the origin by its button, says so in every scheme, and brings it back", async () => {
    await afterNextPage(() => page.goto(spillway().edgeUrl));
    await page.getByRole("button", { name: "Kill the origin" }).click();
    await page.locator('#spike[data-origin="dead"]').getByText("The origin is dead").first().waitFor(PATIENT);
    await page.locator("#served").getByText("Cluster page").waitFor(PATIENT);
    expect(await findings(LIGHT, DARK_NARROW)).toEqual([]);
    await page.getByRole("button", { name: "Start the origin again" }).click();
    await page.locator('#spike[data-origin="up"]').waitFor({ timeout: 60_000 });
  }, 90_000);

  test("made no browser complain and asked no other host", () => {
    expect(complaints).toEqual([]);
    expect([...origins]).toEqual([spillway().edgeUrl]);
  });
}

/** What axe finds in the page as it stands, and whether it is wider than the window. */
async function findings(...looks: readonly Look[]): Promise<string[]> {
  const found: string[] = [];
  // The drawings are decorations of thousands of shapes, hidden from assistive technology.
  await page.evaluate("document.querySelectorAll('.art-canvas').forEach((canvas) => canvas.remove())");
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ ...VIEWPORT, width });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const [ground] =
      /\d+/.exec(String(await page.evaluate("getComputedStyle(document.body).backgroundColor"))) ?? [];
    expect(Number(ground) > 128).toBe(colorScheme === "light");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    found.push(...(await axeFindings(page)).map((finding) => `${colorScheme}, ${width} px: ${finding}`));
  }
  await page.setViewportSize(VIEWPORT);
  return found;
}

/** Does what leads to a page, and waits until it is drawn. */
async function afterNextPage(act: () => Promise<unknown>): Promise<void> {
  const answered = page.waitForResponse(
    (response) => new URL(response.url()).pathname === "/recommendations",
  );
  await act();
  await answered;
  await page.locator("main:not([aria-busy]) [data-spillway-item]").first().waitFor();
}

/** On a busy machine the origin may miss the deadline, and its own page comes with a later visit. */
async function untilIndividual(address: string): Promise<void> {
  await expect
    .poll(async () => {
      await afterNextPage(() => page.goto(address));
      return page.locator("#served").getAttribute("data-served");
    }, PATIENT)
    .toBe("individual");
}

async function shownItems(): Promise<(string | null)[]> {
  const elements = await page.locator("[data-spillway-item]").all();
  return Promise.all(elements.map((element) => element.getAttribute("data-spillway-item")));
}

/** A place on the item's card, from 0 to 1. */
async function shareInView(item: string): Promise<number> {
  const box = await page.locator(`[data-spillway-item="${item}"]`).first().boundingBox();
  if (box === null) return 0;
  const width = Math.min(box.x + box.width, VIEWPORT.width) - Math.max(box.x, 0);
  const height = Math.min(box.y + box.height, VIEWPORT.height) - Math.max(box.y, 0);
  return (Math.max(width, 0) * Math.max(height, 0)) / (box.width * box.height);
}

/** What no browser's protocol tells of a beacon, the origin's own store does. */
function clicksStored({ dataDirectory }: Spillway, user: string): number {
  const database = new DatabaseSync(join(dataDirectory, "spillway.db"), { readOnly: true });
  try {
    return database.prepare("SELECT id FROM events WHERE user = ? AND type = 'click'").all(user).length;
  } finally {
    database.close();
  }
}

type SentEvent = { readonly type: string; readonly item: string };

/** Fills with the events of that type that the service takes from now on. */
function sentEvents(type: string): readonly SentEvent[] {
  const events: SentEvent[] = [];
  page.on("response", (response) => {
    if (response.status() !== 202) return;
    events.push(...eventsIn(response.request()).filter((event) => event.type === type));
  });
  return events;
}

function eventsIn(request: Request): readonly SentEvent[] {
  if (request.method() !== "POST" || new URL(request.url()).pathname !== "/events") return [];
  return (JSON.parse(request.postData() ?? "{}") as { events?: readonly SentEvent[] }).events ?? [];
}
