import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inputOf } from "../../../../test/rule-input.ts";
import { NO_SIGNALS, type Signals } from "../../../signals/signals.ts";
import { isConditionTree } from "../../rules/condition-tree.ts";
import { predicateOf } from "../../rules/tree-predicate.ts";
import { compileExpression } from "./compile-expression.ts";

const OPEN = { bands: ["B daytime", "C prime time"], contexts: ["homepage", "live", "kids"] };

function holds(source: string, signals: Partial<Signals>, told: Parameters<typeof inputOf>[0] = {}): boolean {
  const compiled = compileExpression(source, OPEN);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.issues.map(({ reason }) => reason).join("; ")}`);
  // What is published is JSON.
  const published: unknown = JSON.parse(JSON.stringify(compiled.tree));
  if (!isConditionTree(published)) throw new Error("the tree is not one that an edge takes");
  return predicateOf(published)(inputOf({ ...told, signals: { ...NO_SIGNALS, ...signals } }));
}

test.each<[source: string, signals: Partial<Signals>, holds: boolean]>([
  ['entry == "social"', { entry: "social" }, true],
  ['entry == "social"', { entry: "ad" }, false],
  ["entry == 'SOCIAL'", { entry: "social" }, true],
  ['"social" == entry', { entry: "social" }, true],
  ['entry != "social"', { entry: "ad" }, true],
  ['entry != "social"', { entry: "social" }, false],
  ['entry in ["social", "ad"]', { entry: "ad" }, true],
  ['entry in ["social", "ad",]', { entry: "email" }, false],
  ['!(entry in ["social", "ad"])', { entry: "email" }, true],
  ['!!(entry == "ad")', { entry: "ad" }, true],
  // && binds more tightly than ||, and ! more tightly than both.
  ['entry == "ad" || entry == "email" && depth == "deep"', { entry: "ad" }, true],
  ['(entry == "ad" || entry == "email") && depth == "deep"', { entry: "ad" }, false],
  ['!(entry == "ad") && depth == "deep"', { entry: "email", depth: "deep" }, true],
  ['campaign.startsWith("qf-")', { campaign: "qf-esp" }, true],
  ['campaign.startsWith("qf-")', { campaign: "sf-esp" }, false],
  ['campaign.startsWith("no")', { campaign: "none" }, false],
  ['!campaign.startsWith("qf-")', { campaign: "none" }, true],
  ['entry.startsWith("so")', { entry: "social" }, true],
  ['team == "esp" // Spain\n && region == "es"', { team: "ESP", region: "ES" }, true],
  ['team == "none"', {}, true],
  ['affinity == "crime"', { affinity: "crime_12" }, true],
  ['affinity in ["crime_1"]', { affinity: "crime_12" }, false],
  ['event == "決勝"', { event: "y6svd4bbxn" }, false],
  ['campaign == "\\u0071f"', { campaign: "qf" }, true],
])("%s for %o: %s", (source, signals, expected) => {
  expect(holds(source, signals)).toBe(expected);
});

test("sees context, band and country", () => {
  expect(holds('context in ["live", "kids"]', {}, { context: "kids" })).toBe(true);
  expect(holds('band == "C prime time"', {}, { band: "B daytime" })).toBe(false);
  expect(holds('band.startsWith("C")', {}, { band: "C prime time" })).toBe(true);
  expect(holds('country == "gb"', {}, { country: "GB" })).toBe(true);
  // Where nobody knows the country, it is none.
  expect(holds('country == "none"', {}, { country: undefined })).toBe(true);
  expect(holds('country != "ES"', {}, { country: undefined })).toBe(true);
});

/** `at` is the part of the source that is named. */
const FAULTS: readonly (readonly [source: string, at: string, reason: string])[] = [
  // Names and values.
  ['entry == "socail"', '"socail"', 'did you mean "social"?'],
  ['entry in ["ad", "emial"]', '"emial"', 'did you mean "email"?'],
  ['device == "television"', '"television"', "there are desktop, mobile, tablet, tv, other"],
  ['depth == "depe"', '"depe"', 'did you mean "deep"?'],
  ['recency == "frash"', '"frash"', 'did you mean "fresh"?'],
  ['context == "homepgae"', '"homepgae"', 'did you mean "homepage"?'],
  ['band == "b daytime"', '"b daytime"', 'did you mean "B daytime"?'],
  ['country == "UK"', '"UK"', "write GB"],
  ['region == "Spain"', '"Spain"', "no country code"],
  ['team == "Real Madrid"', '"Real Madrid"', "2–8 letters and digits"],
  ['campaign == "qf-*"', '"qf-*"', 'campaign.startsWith("…")'],
  ['entry.startsWith("sco")', '"sco"', "no value of entry begins with"],
  ['campaign.startsWith("")', '""', 'campaign != "none"'],
  ['entri == "ad"', "entri", 'did you mean "entry"?'],
  ['user == "u42"', "user", "there is no signal user"],
  // Types.
  ["entry", "entry", "compare it"],
  ["!entry", "entry", 'entry != "…"'],
  ['"ad"', '"ad"', "a text is no condition"],
  ["entry == 3", "3", 'write "3"'],
  ["entry == ad", "ad", "there is no signal ad"],
  ["team == region", "region", "with a text only"],
  ['"a" == "b"', '"a" == "b"', "compares two texts"],
  ['entry == ["ad"]', '["ad"]', "for a list, write in"],
  ['entry in "ad"', '"ad"', "in needs a list"],
  ["entry in []", "[]", "empty list"],
  ['entry in ["ad", 3]', "3", "entry is a text"],
  ['entry == "ad" && team', "team", "compare it"],
  // What the subset does not have.
  ['campaign.matches("qf-.*")', "matches", "no regular expressions"],
  ['campaign.endsWith("x")', "endsWith", "there is startsWith"],
  ['campaign.startswith("x")', "startswith", 'did you mean "startsWith"?'],
  ["campaign.startsWith(3)", "3", "takes one text"],
  ['campaign.startsWith("a", "b")', '"a"', "takes one text"],
  ['startsWith(campaign, "x")', "startsWith", "there is no function"],
  ['depth >= "casual"', ">=", "no operator"],
  ['entry == "ad" ? team : region', "?", "no operator"],
  // Grammar.
  ['entry = "ad"', "=", 'did you mean "=="?'],
  ['(entry = "ad")', "=", 'did you mean "=="?'],
  ['entry == "ad" and depth == "deep"', "and", 'did you mean "&&"?'],
  ['entry == "ad" & depth == "deep"', "&", 'did you mean "&&"?'],
  ['not (entry == "ad")', "not", 'did you mean "!"?'],
  ['entry == "ad" depth == "deep"', "depth", "is missing before depth"],
  ['entry == "ad', '"ad', "no closing"],
  ['(entry == "ad"', "", 'a ")" is missing'],
  ['entry == "ad")', ")", 'there is no "("'],
  ['entry in ["ad"', "", 'a "," or "]" is missing'],
  ["entry ==", "", "must follow"],
  ['entry == "ad" == "x"', "==", "only two"],
  ['entry == "\\q"', "\\q", "no escape"],
  ["entry == “ad”", "“", "means nothing here"],
  ["", "", "is empty"],
];

test.each(FAULTS)("%s: names %s", (source, at, reason) => {
  const compiled = compileExpression(source, OPEN);
  if (compiled.ok) throw new Error("is taken");
  const told = compiled.issues.map((issue) => ({
    at: source.slice(issue.span.start, issue.span.end),
    reason: issue.reason,
  }));
  expect(told).toEqual([{ at, reason: expect.stringContaining(reason) as string }]);
});

test("names all values that are wrong, at once", () => {
  const compiled = compileExpression(
    'entry == "socail" && (devise == "tv" || depth in ["new", "old"])',
    OPEN,
  );
  expect(compiled.ok ? [] : compiled.issues.map(({ span }) => span.start)).toEqual([9, 22, 57]);
});

describe("bounds", () => {
  test.each([
    ["nesting", `${"(".repeat(500)}entry == "ad"${")".repeat(500)}`],
    ["negations", `${"!".repeat(500)}(entry == "ad")`],
    ["length", `entry == "${"x".repeat(9_000)}"`],
    ["parts", Array.from({ length: 400 }, () => 'entry == "ad"').join(" || ")],
  ])("%s: refused, not thrown", (_, source) => {
    expect(compileExpression(source, OPEN).ok).toBe(false);
  });

  test("whatever is written is a tree that an edge takes, or refused with places within it", () => {
    const word = fc.constantFrom(
      ...'entry team campaign context band country in == != && || ! ( ) [ ] , . startsWith "ad" \'ESP\' "qf" = 3'.split(
        " ",
      ),
    );
    const source = fc.oneof(
      fc.array(word).map((words) => words.join(" ")),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(source, (text) => {
        const compiled = compileExpression(text, OPEN);
        const isSound = compiled.ok
          ? isConditionTree(compiled.tree)
          : compiled.issues.every(
              ({ span }) => span.start >= 0 && span.start <= span.end && span.end <= text.length,
            );
        expect(isSound).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
