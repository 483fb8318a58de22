/**
 * Compiles the published lists of referrers into shared/src/signals/referrer-hosts.ts and ga4-sources.ts:
 * `node tools/scripts/build-referrers.ts <dir> [--check]`. <dir> holds matomo's SearchEngines.yml,
 * Socials.yml and AIAssistants.yml (github.com/matomo-org/searchengine-and-social-list), and GA4's source
 * categories as ga4-source-categories.csv. With `--check` nothing is written, and the exit code is 1 where a
 * file is not current.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compileReferrers } from "./referrers/compile-referrers.ts";

const [dir, ...flags] = process.argv.slice(2);
if (dir === undefined || flags.some((flag) => flag !== "--check")) {
  console.error("usage: node tools/scripts/build-referrers.ts <dir with the lists> [--check]");
  process.exit(2);
}
for (const { target, text, summary } of compileReferrers(dir)) {
  const isCurrent = readFileSync(target, "utf8") === text;
  if (flags.length === 0) writeFileSync(target, text);
  else if (!isCurrent) process.exitCode = 1;
  console.log(`${target.pathname}: ${summary}; ${isCurrent ? "it was current" : "it was not current"}`);
}
