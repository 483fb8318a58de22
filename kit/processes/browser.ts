/** The Chromium that browser tests drive, where the machine has one. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const CANDIDATES = [process.env["CHROMIUM"], "/usr/bin/chromium"];

/** Undefined where there is none: the tests that need it skip, and say so. */
export const CHROMIUM = CANDIDATES.find((path) => path !== undefined && path !== "" && existsSync(path));

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
    ],
  });
}
