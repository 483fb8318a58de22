/**
 * The console in a real browser, against a whole running Spillway: sign-in, a wall on Now, a dead origin,
 * keys.
 */
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CHROMIUM, launchBrowser } from "@spillway/kit/processes/browser.ts";
import { routingWith } from "@spillway/cli/test/client.ts";
import { startSpillway, TOKENS, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import { axeFindings } from "./axe.ts";
import { describeConsoleWalk, picture } from "./describe-console-walk.ts";

if (CHROMIUM === undefined) console.log("console: skipped, no Chromium at $CHROMIUM or /usr/bin/chromium");

/** Figures come once a second, and the machine may be busy. */
const PATIENT = { timeout: 30_000 };
const PATIENT_MIX = { timeout: 60_000 };

let spillway: Spillway;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const violations: string[] = [];

const consoleUrl = (hash = "") => `${spillway.originUrl.replace("127.0.0.1", "localhost")}/console/${hash}`;
const sentence = () => page.locator("h1.sentence");

beforeAll(async () => {
  if (CHROMIUM === undefined) return;
  // A stage is announced for the next minute: the edge of this machine hears of it in time, or late.
  spillway = await startSpillway({ ROLLOUT_LEAD_S: "5" });
  browser = await launchBrowser(CHROMIUM);
}, 200_000);

afterAll(async () => {
  await browser?.close();
  await spillway?.stop();
}, 60_000);

/** Remembers what a page's policy refuses, and its errors. */
function watch(watched: Page): void {
  watched.on("console", (message) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/i.test(message.text()))
      violations.push(message.text());
  });
  watched.on("pageerror", ({ message }) => violations.push(message));
}

/** A browser that has never been here. What its policy refuses is remembered. */
async function open(scheme: "light" | "dark" = "light", width = 1440): Promise<void> {
  context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme });
  const opened = context;
  onTestFinished(() => opened.close());
  page = await context.newPage();
  watch(page);
}

async function signIn(token = TOKENS.ADMIN_TOKEN, hash = ""): Promise<void> {
  await page.goto(consoleUrl(hash));
  await page.getByLabel("Your token").fill(token);
  await page.keyboard.press("Enter");
  await sentence().waitFor(PATIENT);
}

/** Whether today's report on coverage has nothing to count yet. */
async function isCoverageEmpty(): Promise<boolean> {
  const reply = await spillway.admin("GET", "/reports?report=coverage", undefined);
  return ((await reply.json()) as { isEmpty: boolean }).isEmpty;
}

/** Visitors who do not wait for each other, until the returned function is called. */
function visitors(perSec: number): () => void {
  let at = 0;
  const timer = setInterval(() => {
    at += 1;
    const user = `u${1 + (at % 3000)}`;
    fetch(`${spillway.edgeUrl}/recommendations?context=homepage&user=${user}`).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  }, 1000 / perSec);
  return () => clearInterval(timer);
}

describe.skipIf(CHROMIUM === undefined)("the console", () => {
  beforeEach(() => open());

  test("shows nothing but the sign-in to who has no token, or a wrong one", async () => {
    await page.goto(consoleUrl());
    await page.getByLabel("Your token").waitFor(PATIENT);
    expect(await page.getByRole("navigation").count()).toBe(0);
    await page.getByLabel("Your token").fill("not-a-token-0123456789");
    await page.keyboard.press("Enter");
    await page.getByText("This token is not valid.").waitFor(PATIENT);
    expect((await fetch(`${spillway.originUrl}/now`)).status).toBe(401);
    const { cookies } = await context.storageState();
    expect(cookies).toEqual([]);
  });

  test("a session is the browser's: a reload keeps it, no script sees it, and signing out ends it", async () => {
    await signIn();
    await page.reload();
    await sentence().waitFor(PATIENT);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: "__Host-spillway_console", httpOnly: true, sameSite: "Strict" });
    expect(await page.evaluate("document.cookie")).toBe("");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByText("You have signed out.").waitFor(PATIENT);
    await page.reload();
    await page.getByLabel("Your token").waitFor(PATIENT);
  });

  describeConsoleWalk(() => ({ spillway, browser, watch }));

  test("forces a mode that ends by itself, and reverts a routing", async () => {
    await signIn();
    await page.locator("#mode-choice").selectOption("force-cluster");
    await page.getByText("pnpm spillway routing mode force-cluster --for 15m").waitFor(PATIENT);
    await page.getByRole("button", { name: "Switch to force-cluster for 15 min" }).click();
    await expect.poll(() => sentence().textContent(), PATIENT).toMatch(/^Forced .* by admin for 1[45] min/);
    await page.getByRole("button", { name: "End it now" }).click();
    await expect.poll(() => sentence().textContent(), PATIENT).not.toMatch(/^Forced/);

    await spillway.admin(
      "PUT",
      "/routing?note=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E",
      routingWith({ threshold: 7 }),
    );
    await page.getByText("<img src=x onerror=alert(1)>").waitFor(PATIENT);
    expect(await page.locator(".changes img").count()).toBe(0);
    await page.getByRole("button", { name: "Revert" }).click();
    await page.getByText(/pnpm spillway routing rollback --version \d+/).waitFor(PATIENT);
    await page.getByRole("button", { name: /^Push version \d+ again/ }).click();
    await page.getByText("routing.rollback").first().waitFor(PATIENT);
  });

  test("Reports has the figures that the command prints, with the day in its address, and by keys", async () => {
    const stop = visitors(10);
    onTestFinished(stop);
    // Isolates report every ten seconds.
    await expect.poll(isCoverageEmpty, PATIENT_MIX).toBe(false);
    stop();
    await signIn(undefined, "#reports?report=coverage");
    await page.getByRole("heading", { name: /^Coverage of 20/ }).waitFor(PATIENT);
    const [, day = ""] = /day=(\d{4}-\d\d-\d\d)/.exec(page.url()) ?? [];
    const users = page.getByRole("row", { name: "distinct users" }).getByRole("cell").first();
    // What isolates had still to report is in it when it is computed again.
    const isAsPrinted = async () => {
      await page.getByRole("button", { name: "Compute again" }).click();
      const { stdout } = await spillway.command("report", "coverage", "--day", day);
      return new RegExp(`distinct users +${await users.textContent()} `).test(stdout);
    };
    await expect.poll(isAsPrinted, PATIENT_MIX).toBe(true);
    expect(await page.locator(".command code").first().textContent()).toBe(
      `pnpm spillway report coverage --day ${day}`,
    );
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, "console-reports");
    await page.keyboard.press(",");
    await page.getByText("Nothing was recorded in that time.").waitFor(PATIENT);
    expect(page.url()).not.toContain(day);
    await page.keyboard.press(".");
    await page.getByRole("row", { name: "distinct users" }).waitFor(PATIENT);
    // While one is computed, the screen is whole for everybody too.
    await page.route(/\/reports\?/, () => undefined);
    await page.goto(consoleUrl("#reports?report=engagement"));
    await page.getByRole("button", { name: "Cancel" }).waitFor(PATIENT);
    expect(await axeFindings(page)).toEqual([]);
  });

  test("Rehearse says what would happen at kick-off, whether promises hold, and how a terminal does the same", async () => {
    await signIn();
    await page.keyboard.press("6");
    await page.getByLabel("Threshold T").fill("400");
    await page.getByLabel("Peak, in T").fill("20");
    await page.getByText("pnpm rehearse --scenario kickoff --threshold 400 --peak 20").waitFor(PATIENT);
    await page.keyboard.press("Enter");
    await page
      .getByRole("heading", { name: /^At 400 a second every promise of kickoff holds/ })
      .waitFor(PATIENT);
    expect(await page.getByRole("cell", { name: "kept" }).count()).toBe(7);
    expect(await page.locator(".rehearse canvas").count()).toBe(2);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, "console-rehearse");
    const address = page.url();
    await page.goto(consoleUrl());
    await page.goto(address);
    await page.getByRole("heading", { name: /^At 400 a second every promise/ }).waitFor(PATIENT);
    await page.getByRole("checkbox", { name: "Expected: isolates are armed" }).check();
    await page.getByLabel("Origins, T/m each").fill("4");
    await page
      .getByText("pnpm rehearse --scenario kickoff --threshold 400 --peak 20 --origins 4 --armed")
      .waitFor(PATIENT);
    await page.getByRole("button", { name: "Rehearse", exact: true }).click();
    await page.getByRole("rowheader", { name: "needless pages while armed" }).waitFor(PATIENT);
    expect(page.url()).toContain("armed=true");
    // Nobody expects that an origin ends.
    await page.getByRole("combobox", { name: "Scenario" }).selectOption("origin-down");
    expect(await page.getByRole("checkbox", { name: "Expected: isolates are armed" }).isDisabled()).toBe(
      true,
    );
  });

  test("a viewer sees all of it and changes nothing", async () => {
    const made = await spillway.admin("POST", "/tokens", { name: "looker", role: "viewer" });
    const { token } = (await made.json()) as { token: string };
    await signIn(token);
    expect(await page.getByRole("button", { name: /Force|Revert/ }).count()).toBe(0);
    await page.keyboard.press("6");
    await page.getByText("An operator may play it here").waitFor(PATIENT);
    expect(await page.getByRole("button", { name: "Rehearse", exact: true }).count()).toBe(0);
    // As text: the module is the page's, and the test's own tools would rewrite an import.
    const refused: unknown = await page.evaluate(`import("/console/session.js")
      .then(({ request }) => request("PUT", "routing/mode", { body: { mode: "auto", forSeconds: 60 } }))
      .then((reply) => reply.status)`);
    expect(refused).toBe(403);
  });

  test("everything is done by keys, and the focus goes where it should", async () => {
    await signIn();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor(PATIENT);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.keyboard.press("/");
    await page.locator('[role="combobox"]:focus').waitFor(PATIENT);
    await page.keyboard.type("theme");
    await expect.poll(() => page.locator("#jump-list [role=option]").count(), PATIENT).toBe(1);
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("dialog").count(), PATIENT).toBe(0);
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("light");
    await page.keyboard.press("t");
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.goto(consoleUrl());
    await sentence().waitFor(PATIENT);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement?.textContent")).toBe("Skip to the screen");
    await page.keyboard.press("Enter");
    expect(await page.evaluate("document.activeElement?.id")).toBe("main");
  });

  test("Clusters are found, sorted and opened by keys, and one's page stands beside others", async () => {
    const served = await fetch(`${spillway.edgeUrl}/recommendations?user=fan&context=homepage&team=ESP`);
    const [, own = ""] = /cluster="([^"]+)"/.exec(served.headers.get("spillway-served") ?? "") ?? [];
    await signIn();
    await page.keyboard.press("3");
    await page.locator("tbody a").first().waitFor(PATIENT);
    await expect
      .poll(() => sentence().textContent(), PATIENT_MIX)
      .toMatch(/clusters; .* pages in the last hour: /);
    await page.getByText(/^1–100 of \d{3}$/).waitFor(PATIENT);
    expect(await axeFindings(page)).toEqual([]);
    await picture(page, "console-clusters");
    await page.keyboard.press("f");
    await page.keyboard.type(own);
    await expect.poll(() => page.locator("tbody a").first().textContent(), PATIENT).toBe(own);
    await page.getByRole("button", { name: "Members" }).focus();
    await page.keyboard.press("Enter");
    await page.locator('th[aria-sort="descending"]', { hasText: "Members" }).waitFor(PATIENT);
    expect(await page.evaluate("location.hash")).toBe(`#clusters?sort=members&find=${own}`);
    await page.getByText(`pnpm spillway clusters --sort members --find '${own}'`).waitFor(PATIENT);
    await page.locator("tbody a", { hasText: own }).first().focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.locator("h1:focus", { hasText: own }).waitFor(PATIENT);
    await page.getByRole("heading", { name: "The generic page" }).waitFor(PATIENT);
    expect(await page.locator(".page-head h3").allTextContents()).toEqual([
      "Its own page",
      "Its parent's page",
      "The generic page",
    ]);
    expect(await page.getByText(/^only here|^not on /).count()).toBeGreaterThan(0);
    await page.getByText(`pnpm spillway clusters ${own}`, { exact: true }).waitFor(PATIENT);
    await picture(page, "console-cluster-pages");
    await page.setViewportSize({ width: 390, height: 900 });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    const address = page.url();
    await page.keyboard.press("Escape");
    await page.locator("tbody a:focus", { hasText: own }).waitFor(PATIENT);
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
    await page.goto(address);
    await page.reload();
    await page.getByRole("heading", { name: "The generic page" }).waitFor(PATIENT);
  });

  test("says that the origin is dead, and then what an isolate knows", async () => {
    await signIn();
    const health = (await (await fetch(`${spillway.originUrl}/health`)).json()) as { pid: number };
    const stop = visitors(10);
    onTestFinished(stop);
    const killedMs = Date.now();
    process.kill(health.pid, "SIGKILL");
    await page.getByText(/^The origin has not answered for /).waitFor(PATIENT);
    console.log(`console: a dead origin is told of after ${Date.now() - killedMs} ms`);
    await page.getByRole("heading", { name: "This isolate" }).waitFor(PATIENT);
    await expect
      .poll(() => page.locator(".gone-sentence").textContent(), PATIENT)
      .toMatch(/This isolate serves .* a second: .*%.*nobody generic\.$/);
    await picture(page, "console-dead-origin");
  });

  test("its policy had nothing to refuse", () => {
    expect(violations).toEqual([]);
  });
});
