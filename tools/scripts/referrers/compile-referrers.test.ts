/** The generated lists are current, and every source that GA4 lists is read from a request as GA4 says. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { readSignals } from "@spillway/shared/signals/read-signals.ts";
import { compileReferrers } from "./compile-referrers.ts";

const DIR = fileURLToPath(new URL("../../../../shared/data/referrers", import.meta.url));
const isThere = existsSync(DIR);
console.log(`the published lists of referrers: ${isThere ? "ran" : "skipped, there is no"} ${DIR}`);

/** GA4's video sites are social networks here, and its shops are sites like others. */
const ENTRY_OF: Readonly<Record<string, string>> = {
  SEARCH: "search",
  SOCIAL: "social",
  VIDEO: "social",
  SHOPPING: "referral",
};

function listed(): readonly { readonly source: string; readonly category: string }[] {
  const [, ...lines] = readFileSync(join(DIR, "ga4-source-categories.csv"), "utf8").trim().split(/\r?\n/);
  return lines.map((line) => {
    const [source = "", category = ""] = line.split(",");
    return { source, category: category.replace("SOURCE_CATEGORY_", "") };
  });
}

function entryOf(referer: string | undefined, query: string): string {
  const url = { host: "play.example", search: `?${query}` };
  return readSignals({ url, header: (name) => (name === "referer" ? referer : undefined) }).entry;
}

function asReferrer(source: string): string {
  return entryOf(`https://${source}/`, "");
}

function asName(source: string): string {
  return entryOf(undefined, `utm_source=${encodeURIComponent(source)}`);
}

test.skipIf(!isThere)("the generated modules are current", () => {
  for (const { target, text } of compileReferrers(DIR)) expect(readFileSync(target, "utf8")).toBe(text);
});

test.skipIf(!isThere).each(["SEARCH", "SOCIAL", "VIDEO", "SHOPPING"])(
  "reads GA4's %s sources",
  (category) => {
    const sources = listed().flatMap((one) => (one.category === category ? [one.source] : []));
    const hosts = sources.filter((source) => source.includes("."));
    for (const [how, read, of] of [
      ["referrer", asReferrer, hosts],
      ["referrer in other writing", (host: string) => asReferrer(`WWW.${host.toUpperCase()}.:443`), hosts],
      ["utm_source", asName, sources],
      ["utm_source in capitals", (source: string) => asName(source.toUpperCase()), sources],
    ] as const) {
      const wrong = of.filter((source) => read(source) !== ENTRY_OF[category]);
      console.log(`${category} by ${how}: ${of.length - wrong.length} of ${of.length} ${wrong.join(" ")}`);
      expect(wrong).toEqual([]);
    }
  },
);
