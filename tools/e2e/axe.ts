/** What axe-core finds wrong with a page in the browser, as it stands now. */
import axe from "axe-core";
import type { Page } from "playwright-core";

type AxeRun = (options: { rules: Record<string, { enabled: boolean }> }) => Promise<{
  violations: { id: string; nodes: { html: string; any: { message: string }[] }[] }[];
}>;

/**
 * One line for each rule that is violated, with the elements. axe runs in the page's own world, which its
 * policy does not bind.
 */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: { run: AxeRun } };
    // Who speaks to a control says what stands on it: axe keeps the rule that checks it among its experiments.
    const { violations } = await inPage.run({ rules: { "label-content-name-mismatch": { enabled: true } } });
    return violations.map(({ id, nodes }) => {
      const places = nodes.map(({ html, any }) => `${html.slice(0, 200)} ${any[0]?.message ?? ""}`);
      return `${id}: ${places.join(" | ")}`;
    });
  });
}
