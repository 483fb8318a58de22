import { expect, test } from "vitest";
import { compileRouting, type RoutingResult } from "./routing.ts";
import { parseRoutingText } from "./parse-routing.ts";
import { describeTailoring, hasConsent, type Tailoring } from "./tailoring.ts";

const FILE = `time_zone = "UTC"
[[bands]]
name = "all day"
from = "00:00"
threshold_per_s = 1
`;

function compiled(tailoring: string): Tailoring {
  const parsed = parseRoutingText(`${FILE}${tailoring}`, "toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compileRouting({ version: 1, routing: parsed.routing }).tailoring;
}

function issuesOf(tailoring: string): string[] {
  const parsed = parseRoutingText(`${FILE}[tailoring]\n${tailoring}`, "toml");
  return parsed.ok ? [] : parsed.issues.map(({ key, reason }) => `${key}: ${reason}`);
}

test.each([
  ["", true, true],
  ["[tailoring]", true, true],
  ['[tailoring]\nhistory = "cookie"', true, false],
  ['[tailoring]\nhistory = "map"', false, true],
  ['[tailoring]\nhistory = ["map", "cookie"]', true, true],
  ['[tailoring]\nhistory = ["map"]', false, true],
  ['[tailoring]\nhistory = "off"', false, false],
])("%j carries history by the cookie: %s, by the map: %s", (text, cookie, map) => {
  expect(compiled(text)).toMatchObject({ cookie, map, consent: undefined });
});

test.each([
  ['history = "both"', 'tailoring.history: must be "cookie", "map", ["cookie", "map"] or "off"'],
  ["history = []", 'tailoring.history: must be "cookie", "map", ["cookie", "map"] or "off"'],
  ['history = ["cookie", "off"]', 'tailoring.history: must be "cookie", "map", ["cookie", "map"] or "off"'],
  ["history = true", 'tailoring.history: must be "cookie", "map", ["cookie", "map"] or "off"'],
  ['consent_cookie = ""', "tailoring.consent_cookie: must be a cookie's name, or name=value"],
  ['consent_cookie = "a b"', "tailoring.consent_cookie: must be a cookie's name, or name=value"],
  ['consent_cookie = "a=b;c"', "tailoring.consent_cookie: must be a cookie's name, or name=value"],
  ['consent = "yes"', 'tailoring.consent: is no key of tailoring; did you mean "consent_cookie"?'],
])("%s is refused with what is accepted", (text, issue) => {
  expect(issuesOf(text)).toEqual([issue]);
});

test.each([
  ["consent", "consent=1; other=2", true],
  ["consent", "consent=", false],
  ["consent", "other=consent", false],
  ["consent", null, false],
  ["consent=yes", "a=b; consent=yes", true],
  ["consent=yes", "consent=no", false],
  ["consent=yes", "consent=yes2", false],
  ["consent=a%3Ab", "consent=a%3Ab", true],
  ["consent=a:b", "consent=a%3Ab", true],
])("the consent %j is given by %j: %s", (consent, cookies, given) => {
  expect(hasConsent(compiled(`[tailoring]\nconsent_cookie = "${consent}"`), cookies)).toBe(given);
});

test("is published only where the file has it, so that older edges know every key of the others", () => {
  const { routing } = parseRoutingText(FILE, "toml") as Extract<RoutingResult, { ok: true }>;
  expect(Object.keys(routing)).not.toContain("tailoring");
});

test.each([
  ["", "history by cookie and map"],
  ['[tailoring]\nhistory = "off"\nconsent_cookie = "c"', "history off"],
  ['[tailoring]\nhistory = "map"\nconsent_cookie = "c"', "history by map; only with the cookie c"],
  ['[tailoring]\nconsent_cookie = "c=1"', "history by cookie and map; only with the cookie c=1"],
])("%j reads for operators: %s", (text, words) => {
  expect(describeTailoring(compiled(text))).toBe(words);
});
