/**
 * The night of a match, as an operator has it: kick-off, the wall on *Now*, a rule with a mistake, a dry run,
 * a rollout of a bad rule that is aborted, the way back, and all of it in the audit log.
 */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually, TOKENS, type Spillway } from "@spillway/cli/test/start-spillway.ts";
import type { NowState } from "@spillway/shared/protocol/now-state.ts";
import { rolloutAnswerSchema, type RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import { axeFindings } from "./axe.ts";

export type WalkDeps = {
  readonly spillway: Spillway;
  readonly browser: Browser;
  readonly watch: (page: Page) => void;
};

const REQUESTS_PER_SEC = 10;
const USERS = 300;
/** What Now knows is kept every ten seconds. */
const KEPT_WITHIN_MS = 12_000;
const PATIENT = { timeout: 60_000 };
const GOOD = '\n[[rules]]\nname = "fans"\nif = \'team == "ESP" && entry == "social"\'\nthen = "tailored"\n';
const MISTAKEN = '\n[[rules]]\nname = "all-generic"\nif = \'entry == "socail"\'\nthen = "generic"\n';
const BAD = MISTAKEN.replace('entry == "socail"', 'entry == "social" || entry != "social"');

/** A machine that cannot serve all of the wall in time makes the origin a late one, which Now tells as well. */
const WALL = /^(Over the threshold for |Isolates do without this origin|Nothing has asked this origin for )/;

/** For docs/operate/console.md: where it is set, pictures are written there. */
const PICTURES = process.env["PICTURES"];

const SCREENS = [
  ["#now", "Last changes"],
  ["#rules", "Write, check, push"],
  ["#editorial", "Conflicts"],
  ["#cost", "What"],
] as const;

/**
 * As text, since these tests have no types of a page: what can be pressed and has no place in the order of tabs, or no name. */
const UNREACHED = `[...document.querySelectorAll("main button, main a, main input, main select, main textarea, main [onclick]")]
  .filter((one) => one.tabIndex < 0 || (one.textContent.trim() === "" && !one.labels?.length && !one.getAttribute("aria-label") && one.tagName !== "A"))
  .map((one) => one.outerHTML.slice(0, 120))`;

export async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Visitors at a steady rate until it is told to end; a slow answer delays nobody. */
function visitors(edgeUrl: string): () => void {
  let at = 0;
  const timer = setInterval(() => {
    const user = `viewer-${at++ % USERS}`;
    fetch(`${edgeUrl}/recommendations?context=homepage&user=${user}`).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  }, 1000 / REQUESTS_PER_SEC);
  return () => clearInterval(timer);
}

export function describeConsoleWalk(given: () => WalkDeps): void {
  let leave: (() => void) | undefined;
  afterAll(() => leave?.());

  const address = (hash: string): string =>
    `${given().spillway.originUrl.replace("127.0.0.1", "localhost")}/console/${hash}`;

  /** A page of somebody who has just signed in. */
  async function consolePage(
    hash: string,
    width = 1440,
    colorScheme: "light" | "dark" = "light",
    beforeSignIn: (page: Page) => Promise<void> = () => Promise.resolve(),
  ) {
    const context = await given().browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    given().watch(page);
    await page.goto(address(hash));
    await page.getByLabel("Your token").waitFor(PATIENT);
    await beforeSignIn(page);
    await page.getByLabel("Your token").fill(TOKENS.ADMIN_TOKEN);
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "Screens" }).waitFor(PATIENT);
    return page;
  }

  async function admin<Answer>(path: string): Promise<Answer> {
    return (await (await given().spillway.admin("GET", path, undefined)).json()) as Answer;
  }

  async function rollout(): Promise<RolloutStatus> {
    const status = rolloutAnswerSchema.parse(await admin("/routing/rollout")).rollout;
    if (status === null) throw new Error("no rollout has begun");
    return status;
  }

  describe("a walk through the night of a match", () => {
    test("a kick-off is a wall on Now: nobody is admitted beyond the threshold, and how pages were served is told", async () => {
      const page = await consolePage("#now");
      const sentence = page.locator("h1.sentence");
      await page.getByRole("button", { name: "Kick-off" }).click();
      await expect.poll(() => sentence.textContent(), PATIENT).toMatch(WALL);
      await expect
        .poll(() => sentence.textContent(), PATIENT)
        .toMatch(/: .*%.* (tailored|cluster).*; nobody generic; .*the threshold is set to 5 a second by /);
      await page.getByText("with a threshold of 5 a second").waitFor(PATIENT);
      await picture(page, "console-now");
      const { seconds } = await admin<NowState>("/now");
      // Null where isolates ask an origin no more that was late.
      expect(seconds.demand.some((count) => count === null || count > 5)).toBe(true);
      for (const admitted of seconds.admitted.slice(-12)) expect(admitted).toBeLessThanOrEqual(6);
      await page.getByRole("button", { name: "Stop the spike" }).click();
      await page.getByRole("button", { name: "Kick-off" }).waitFor(PATIENT);
    }, 240_000);

    test("a rule with a mistake is underlined, and a good one is pushed", async () => {
      const page = await consolePage("#now");
      await page.keyboard.press("2");
      const text = page.locator("#rules-text");
      await text.waitFor(PATIENT);
      const file = await text.inputValue();
      await text.fill(file + MISTAKEN);
      await expect.poll(() => page.locator(".marks mark").allTextContents(), PATIENT).toEqual(['"socail"']);
      const issue = page.locator(".issues li");
      expect(await issue.textContent()).toMatch(/^\d+:\d+.*social/);
      expect(await page.getByRole("button", { name: "Push…" }).isDisabled()).toBe(true);
      await issue.getByRole("button").click();
      await page.locator(".marks mark").scrollIntoViewIfNeeded();
      await picture(page, "console-rules");

      await text.fill(file + GOOD);
      await page.getByText("Valid.").waitFor(PATIENT);
      await page.getByRole("button", { name: "Push…" }).click();
      await page.getByLabel("Why, for the audit log").fill("the fans' night");
      await page.getByRole("button", { name: "Do it" }).click();
      await page.getByRole("rowheader", { name: "fans" }).waitFor(PATIENT);
    }, 180_000);

    test("a bad rule is tried on what was recorded, and staged", async () => {
      leave = visitors(given().spillway.edgeUrl);
      const { source } = await admin<{ source: string }>("/routing");
      const page = await consolePage("#rules");
      await page.locator("#rules-text").fill(source + BAD);
      await page.getByText("Valid.").waitFor(PATIENT);
      // The sample of the wall is folded within some ten seconds.
      await eventually(
        90_000,
        async () => {
          await page.getByRole("button", { name: "Dry run" }).click();
          await page.getByRole("button", { name: "Dry run" }).waitFor(PATIENT);
          return page.locator(".found").textContent();
        },
        (found) => /to generic/.test(found ?? ""),
      );
      await page.getByRole("button", { name: "Push…" }).click();
      await page.getByLabel("By stages").check();
      await page.getByLabel("Percentages that grow").fill("25,100");
      await page.getByLabel("Why, for the audit log").fill("everybody generic");
      await page.getByRole("button", { name: "Begin the rollout" }).click();
      await page.getByRole("heading", { name: /^Rollout r\d+/ }).waitFor(PATIENT);
      expect(await rollout()).toMatchObject({
        note: "everybody generic",
        stages: [{ share: 0.25 }, { share: 1 }],
      });
    }, 240_000);

    // Meanwhile the stage is announced, and Now and Rules show it.
    test.each([
      ["light", 1440],
      ["dark", 1440],
      ["light", 390],
      ["dark", 390],
    ] as const)(
      "axe finds nothing on any screen in %s at %d px, and nothing is wider than the page",
      async (scheme, width) => {
        const page = await consolePage("#now", width, scheme, async (signIn) =>
          expect(await axeFindings(signIn)).toEqual([]),
        );
        const moment = new Date(Date.now() - 10_000).toISOString();
        for (const [hash, shown] of [
          ...SCREENS,
          [`#now?until=${moment}`, "Last changes until then"],
        ] as const) {
          await page.goto(address(hash));
          await page.getByText(shown, { exact: true }).first().waitFor(PATIENT);
          expect([hash, await axeFindings(page)]).toEqual([hash, []]);
          expect([hash, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([hash, width]);
        }
        await page.keyboard.press("/");
        await page.getByRole("combobox", { name: "Screen or action" }).waitFor(PATIENT);
        expect(await axeFindings(page)).toEqual([]);
      },
    );

    test("Rules, Editorial and Cost are reached and read by keys alone", async () => {
      const page = await consolePage("#now");
      for (const [key, hash] of [
        ["2", "#rules"],
        ["4", "#editorial"],
        ["7", "#cost"],
      ] as const) {
        await page.keyboard.press(key);
        await page.waitForURL((url) => url.hash === hash);
        await page.locator("main h1").waitFor(PATIENT);
        const unreached = await page.evaluate(UNREACHED);
        expect([hash, unreached]).toEqual([hash, []]);
      }
    });

    test("it is aborted, and Now says why", async () => {
      const aborted = await eventually(240_000, rollout, ({ state }) => state === "aborted");
      expect(aborted.sentence).toContain('the guard "generic share < 5%" is breached');
      const page = await consolePage("#now");
      await page.getByText('the guard "generic share < 5%" is breached').first().waitFor(PATIENT);
      await page.locator('[data-guard="breached"]').first().waitFor(PATIENT);
      await expect.poll(() => page.locator("h1.sentence").textContent(), PATIENT).not.toMatch(WALL);
      await page.locator(".rollout").evaluate((card) => card.scrollIntoView());
      await picture(page, "console-rollout");
      leave?.();
    }, 300_000);

    test("the push before is reverted, all of it is in the audit log, and a link shows the moment again", async () => {
      const page = await consolePage("#rules");
      const { versions } = await admin<{ versions: { version: number }[] }>("/routing/versions");
      await page.getByRole("button", { name: `Revert to version ${versions[1]?.version}` }).click();
      await page.getByLabel("Why, for the audit log").fill("the match is over");
      await page.getByRole("button", { name: "Do it" }).click();
      await page.getByText("There are no rules").waitFor(PATIENT);

      const printed = await given().spillway.command("audit", "--json");
      const entries = printed.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { action: string; by: string; note?: string });
      const told = entries.map(
        ({ action, by, note }) => `${action} ${by}${note === undefined ? "" : `: ${note}`}`,
      );
      expect(told).toContain("mode.force admin: a spike of the demo");
      expect(
        told
          .filter((line) => /^(routing|rollout)\./.test(line))
          .slice(0, 4)
          .toReversed(),
      ).toEqual([
        "routing.push admin: the fans' night",
        "rollout.begin admin: everybody generic",
        expect.stringMatching(/^rollout\.abort origin/),
        expect.stringMatching(/^routing\.rollback admin: rollback to version \d+: the match is over$/),
      ]);

      const { end } = await rollout();
      const atMs = Date.parse(end?.at ?? "");
      const link = address(`#now?until=${new Date(atMs + KEPT_WITHIN_MS).toISOString().slice(0, 19)}Z`);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs + KEPT_WITHIN_MS - Date.now())));
      await page.goto(link);
      await page.getByText("This is the past:").waitFor(PATIENT);
      await page.getByText('the guard "generic share < 5%" is breached').first().waitFor(PATIENT);
      await picture(page, "console-past");
      expect(await page.getByRole("button", { name: /Revert|Force|Abort/ }).count()).toBe(0);
      await page.getByRole("button", { name: "Link to this moment" }).click();
      await expect.poll(() => page.evaluate("navigator.clipboard.readText()"), PATIENT).toBe(link);
      const then = await page.locator(".past-time").textContent();
      await page.keyboard.press(",");
      await expect.poll(() => page.url(), PATIENT).not.toBe(link);
      await page.keyboard.press(".");
      await expect.poll(() => page.url(), PATIENT).toBe(link);
      await page.reload();
      await expect.poll(() => page.locator(".past-time").textContent(), PATIENT).toBe(then);
      await page.getByText('the guard "generic share < 5%" is breached').first().waitFor(PATIENT);
      await page.goto(address("#now?until=half%20past%20eight"));
      await page.getByRole("alert").filter({ hasText: "must be an instant such as" }).waitFor(PATIENT);
      await page.keyboard.press("l");
      await expect.poll(() => page.url(), PATIENT).toBe(address("#now"));
    }, 180_000);
  });
}
