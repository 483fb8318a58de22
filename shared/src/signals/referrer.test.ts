/** Referrers are parsed as `URL` parses them, and looked up label by label. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { EntryPath } from "./signals.ts";
import { comparableHost, entryOfHost, parseReferrer } from "./referrer.ts";

test("agrees with URL about every web address", () => {
  const address = fc.tuple(
    fc.webUrl({
      withQueryParameters: true,
      withFragments: true,
      authoritySettings: { withPort: true, withUserInfo: true },
    }),
    fc.constantFrom("", "www."),
  );
  fc.assert(
    fc.property(address, ([plain, www]) => {
      const text = www === "" || plain.includes("@") ? plain : plain.replace("://", "://www.");
      const url = new URL(text);
      const parsed = parseReferrer(text);
      expect(parsed?.host).toBe(comparableHost(url.host));
      // `URL` also escapes some characters, so the parsed parts pass through it too.
      const rest = new URL(`https://play.example${parsed?.path}${parsed?.query}`);
      expect([rest.pathname, rest.search]).toEqual([url.pathname, url.search]);
    }),
  );
});

test.each([
  "",
  "https://",
  "https:///x",
  "ftp://google.com/",
  "https://a:b:c/",
  "javascript:alert(1)",
  "https://a:x/",
])("does not read %j", (text) => {
  expect(parseReferrer(text)).toBeUndefined();
});

test("refuses a host longer than DNS allows", () => {
  expect(parseReferrer(`https://${"a.".repeat(200)}com/`)).toBeUndefined();
});

// An expression that backtracks would need hours for a million characters, and the test would never end.
test.each(["a", "@", ".", ":", "a@"])("reads a million times %j without backtracking", (part) => {
  expect(parseReferrer(`https://${part.repeat(1_000_000)}`)).toBeUndefined();
  expect(entryOfHost(part.repeat(253))).toBeUndefined();
});

test.each<readonly [host: string, entry: EntryPath | undefined]>([
  ["google.com", "search"],
  ["google.co.za", "search"],
  ["images.google.pl", "search"],
  ["google.example", undefined],
  ["oogle.com", undefined],
  ["com", undefined],
  ["", undefined],
  ["...", undefined],
  ["search.brave.com", "search"],
  ["brave.com", undefined],
])("looks %j up as %s", (host, entry) => {
  expect(entryOfHost(host)).toBe(entry);
});

type Case = { readonly spec: string; readonly uri: string; readonly medium: string };
/**
 * Maps Snowplow's words to ours: an assistant is a referral here, see docs/decisions/0001-referrer-list.md.
 */
const FOLDED: Readonly<Record<string, EntryPath>> = { paid: "ad", chatbot: "referral", unknown: "referral" };
const CASES = new URL("../../../../shared/data/referrers/referer-tests.json", import.meta.url);

/**
 * The cases may not be copied, so they are read in place. They are imported, because this package has no file
 * system.
 */
async function loadCases(): Promise<readonly Case[] | undefined> {
  try {
    const module: unknown = await import(/* @vite-ignore */ CASES.href, { with: { type: "json" } });
    return (module as { default: readonly Case[] }).default;
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    return undefined;
  }
}
const cases = await loadCases();

test.skipIf(cases === undefined)("agrees with nearly all of snowplow's referrer cases", () => {
  const known = cases ?? [];
  const wrong = known.flatMap(({ spec, uri, medium }) => {
    const parsed = parseReferrer(uri);
    const entry = parsed === undefined ? "unread" : (entryOfHost(parsed.host, parsed.path) ?? "referral");
    const expected = FOLDED[medium] ?? medium;
    return entry === expected ? [] : [`${spec}: ${new URL(uri).host} is ${expected}, read as ${entry}`];
  });
  const agreeing = known.length - wrong.length;
  console.log(`snowplow's referrer cases: ran, ${agreeing} of ${known.length} agree\n${wrong.join("\n")}`);
  expect(known.length).toBe(118);
  expect(agreeing).toBeGreaterThanOrEqual(109);
});

if (cases === undefined) {
  console.log(`snowplow's referrer cases: skipped, there is no ${CASES.pathname}`);
}
