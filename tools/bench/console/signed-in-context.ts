/** A fresh browser profile in which somebody has signed in, and nothing of the console is cached yet. */
import type { Browser, BrowserContext } from "playwright-core";

/** `consoleUrl`: on localhost, since the session's cookie is kept for no other host without TLS. */
export async function signedInContext(
  browser: Browser,
  consoleUrl: string,
  token: string,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(new URL("/health", consoleUrl).href);
  const status = await page.evaluate(
    async (body) => (await fetch("/console/session", { method: "POST", body })).status,
    JSON.stringify({ token }),
  );
  if (status !== 200) throw new Error(`signing in was answered ${status}`);
  await page.close();
  return context;
}
