/** How soon the console's first screen shows live figures in Chromium, and how many bytes it takes. */
import type { Browser } from "playwright-core";
import { median } from "@spillway/kit/statistics.ts";
import { signedInContext } from "./signed-in-context.ts";

export type FirstScreen = {
  /** Medians, from the navigation to figures of the origin on the screen; nothing is cached. */
  readonly liveMs: number;
  readonly slowestLiveMs: number;
  /** The same with the browser's cache filled. */
  readonly cachedLiveMs: number;
  /** Of bodies as they were sent, gzipped: page, modules, styles and pictures. */
  readonly bytes: number;
  readonly requests: number;
};

type Load = { readonly liveMs: number; readonly bytes: number; readonly requests: number };

const LIVE_WITHIN_MS = 60_000;
const LIVE = "h1.sentence:not([aria-busy])";
/**
 * Notes in the page itself when the screen shows figures: its heading is busy until they have come. As text,
 * since it runs in a browser.
 */
const NOTE_WHEN_LIVE = `new MutationObserver((_, observer) => {
  if (document.querySelector("${LIVE}") === null) return;
  observer.disconnect();
  globalThis.liveAtMs = performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });`;

/** `loads`: how often it is opened. */
export async function measureFirstScreen(
  browser: Browser,
  consoleUrl: string,
  token: string,
  loads: number,
): Promise<FirstScreen> {
  const fresh: Load[] = [];
  const cached: Load[] = [];
  for (let load = 0; load < loads; load += 1) {
    const context = await signedInContext(browser, consoleUrl, token);
    try {
      const open = async (): Promise<Load> => {
        const page = await context.newPage();
        let [bytes, requests] = [0, 0];
        const sizes: Promise<void>[] = [];
        page.on("requestfinished", (request) => {
          if (!request.url().startsWith(consoleUrl) || request.url().endsWith("/console/session")) return;
          requests += 1;
          sizes.push(request.sizes().then(({ responseBodySize }) => void (bytes += responseBodySize)));
        });
        await page.addInitScript(NOTE_WHEN_LIVE);
        await page.goto(consoleUrl);
        await page.locator(LIVE).waitFor({ timeout: LIVE_WITHIN_MS });
        const liveMs = Number(await page.evaluate("globalThis.liveAtMs"));
        await Promise.all(sizes);
        await page.close();
        return { liveMs, bytes, requests };
      };
      fresh.push(await open());
      cached.push(await open());
    } finally {
      await context.close();
    }
  }
  return {
    liveMs: median(fresh.map(({ liveMs }) => liveMs)),
    slowestLiveMs: Math.max(...fresh.map(({ liveMs }) => liveMs)),
    cachedLiveMs: median(cached.map(({ liveMs }) => liveMs)),
    bytes: median(fresh.map(({ bytes }) => bytes)),
    requests: median(fresh.map(({ requests }) => requests)),
  };
}
