/**
 * Compiles matomo's searchengine-and-social-list (CC0) into shared/src/signals/referrer-hosts.ts:
 * `node tools/scripts/build-referrers.ts <dir>`, where <dir> holds SearchEngines.yml, Socials.yml and AIAssistants.yml.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { EntryPath } from "@spillway/shared/signals/signals.ts";

const TARGET = new URL("../../shared/src/signals/referrer-hosts.ts", import.meta.url);
const LINE_LENGTH = 108;

const dir = process.argv[2];
if (dir === undefined) {
  console.error(
    "usage: node tools/scripts/build-referrers.ts <dir with SearchEngines.yml, Socials.yml, AIAssistants.yml>",
  );
  process.exit(2);
}

function read(name: string): Record<string, unknown> {
  return parse(readFileSync(join(dir ?? ".", name), "utf8")) as Record<string, unknown>;
}

/** An engine is a list of `{ urls }`; a network or an assistant is a list of addresses. */
function addressesOf(list: Record<string, unknown>, file: string): readonly string[] {
  return Object.entries(list).flatMap(([name, entries]) => {
    if (!Array.isArray(entries)) throw new Error(`${file}: ${name} is not a list`);
    return entries.flatMap((entry: unknown) => {
      if (typeof entry === "string") return [entry];
      const urls = (entry as { urls?: unknown }).urls;
      if (!Array.isArray(urls))
        throw new Error(`${file}: ${name} has an entry with neither an address nor urls`);
      return urls.map(String);
    });
  });
}

/** matomo's `{}` stands for a country: in front it is any subdomain, at the end it becomes our `*`. */
function toAddress(address: string): { readonly host: string; readonly path: string } | undefined {
  // An Android app's whole referrer; its package is listed by itself as well.
  if (address.includes("//")) return undefined;
  const slash = address.indexOf("/");
  const host = (slash === -1 ? address : address.slice(0, slash)).toLowerCase();
  return {
    host: host.replace(/^(?:www|\{\})\./, "").replace(/\.\{\}$/, ".*"),
    path: slash === -1 ? "" : address.slice(slash),
  };
}

// A later list wins: an assistant that is also listed as an engine is an assistant.
const lists: readonly (readonly [EntryPath, readonly string[]])[] = [
  ["search", addressesOf(read("SearchEngines.yml"), "SearchEngines.yml")],
  ["social", addressesOf(read("Socials.yml"), "Socials.yml")],
  ["referral", addressesOf(read("AIAssistants.yml"), "AIAssistants.yml")],
];
const hosts = new Map<string, EntryPath>();
const paths = new Map<string, readonly [host: string, path: string, entry: EntryPath]>();
for (const [entry, addresses] of lists) {
  for (const address of addresses) {
    const place = toAddress(address);
    if (place === undefined) continue;
    if (/[^a-z0-9.*-]/.test(place.host)) {
      console.warn(`skipped ${address}: not a host`);
    } else if (place.path === "") {
      hosts.set(place.host, entry);
    } else {
      paths.set(address, [place.host, place.path, entry]);
    }
  }
}

/** The entry that the nearest listed parent gives; where there is one, a host of the same entry need not be listed. */
function inherited(host: string): EntryPath | undefined {
  for (let at = host.indexOf("."); at !== -1; at = host.indexOf(".", at + 1)) {
    const entry = hosts.get(host.slice(at + 1));
    if (entry !== undefined) return entry;
  }
  return undefined;
}

function lines(words: readonly string[]): string {
  const wrapped: string[] = [];
  let line = "";
  for (const word of words) {
    if (line.length + word.length >= LINE_LENGTH) {
      wrapped.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...wrapped, line].join("\n");
}

function byHost([one]: readonly [string, ...unknown[]], [other]: readonly [string, ...unknown[]]): number {
  return one < other ? -1 : 1;
}

const kept = [...hosts].filter(([host, entry]) => inherited(host) !== entry).toSorted(byHost);
const deep = kept.find(([host]) => /\..*\.\*$/.test(host));
if (deep !== undefined) throw new Error(`${deep[0]}: the reader knows * after one label only`);
const keptPaths = [...paths.values()]
  .filter(([host, , entry]) => (hosts.get(host) ?? inherited(host)) !== entry)
  // Android packages and `google.{}/imgres` are left to the host alone.
  .filter(([host]) => !host.endsWith("*"))
  .toSorted(byHost);
const tables = lists.map(([entry]) => {
  const words = kept.filter(([, of]) => of === entry).map(([host]) => host);
  return `  ${entry}: \`\n${lines(words)}\n\`,\n`;
});

writeFileSync(
  TARGET,
  `/**
 * Referrer hosts by entry path. Generated from matomo's searchengine-and-social-list, which is CC0 1.0 (public domain);
 * do not edit. Rebuild: \`node tools/scripts/build-referrers.ts <dir>\`, where <dir> holds a checkout of
 * github.com/matomo-org/searchengine-and-social-list.
 */
import type { EntryPath } from "../../signals.ts";

/** A host stands for its subdomains too, \`*\` at the end for any country; \`referral\` are the AI assistants. */
export const REFERRER_HOSTS: Readonly<Record<string, string>> = {
${tables.join("")}};

/** Addresses whose path makes the difference: host, start of the path, entry. */
export const REFERRER_PATHS: readonly (readonly [host: string, path: string, entry: EntryPath])[] = [
${keptPaths.map((row) => `  ${JSON.stringify(row).replaceAll(",", ", ")},\n`).join("")}];
`,
);
console.log(`${hosts.size} hosts listed, ${kept.length} kept, ${keptPaths.length} by path`);
