/** Errors of a file are all told at once, each where it is. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRoutingText, type RoutingIssue } from "./parse-routing.ts";
import { compileRouting } from "./routing.ts";

const HEAD = `time_zone = "Europe/Madrid"

[[bands]]
name = "day"
from = "07:00"
threshold_per_s = 200
`;
const RULE = `
[[rules]]
name = "press"
when = { campaign = "press-*", entry = ["referral", "social"] }
then = "generic"
`;
const GOOD = `${HEAD}${RULE}`;

function issuesOf(text: string, format: "toml" | "json" = "toml"): readonly RoutingIssue[] {
  const parsed = parseRoutingText(text, format);
  return parsed.ok ? [] : parsed.issues;
}

/** The part of the text that an issue names. */
function markedBy(text: string, { line = 0, column = 0, length = 0 }: RoutingIssue): string {
  return (text.split("\n")[line - 1] ?? "").slice(column - 1, column - 1 + length);
}

test("takes what it says that it takes", () => {
  expect(issuesOf(GOOD)).toEqual([]);
});

const rule = (lines: string): string => `${HEAD}\n[[rules]]\n${lines}\nthen = "generic"\n`;

/** `marked` is the text that must be named, in its only line. */
const FAULTS: readonly (readonly [kind: string, text: string, marked: string, reason: string])[] = [
  ["a value without quotes", GOOD.replace('"generic"', "generic"), "generic", "needs quotes"],
  ["a text without an end", GOOD.replace('"press"', '"press'), "", "closing quote"],
  ["a header without an end", GOOD.replace("[[rules]]", "[[rules]"), "", "table array"],
  [
    "a header without an end, above tables of its own",
    `${GOOD.replace("[[rules]]", "[[rules]")}[[rules.tests]]\nexpect = "none"\n`,
    "",
    "table array",
  ],
  ["two letters the other way round", rule("fi = 'entry == \"ad\"'\nwhen = { team = 'ESP' }"), "fi", '"if"'],
  ["a table without an end", GOOD.replace('"social"] }', '"social"]'), "]", "expected comma"],
  ["a key twice", `${GOOD}then = "individual"\n`, "then", "redefine"],
  ["an unknown key", GOOD.replace('name = "press"', 'nmae = "press"'), "nmae", 'did you mean "name"?'],
  ["an unknown key of the file", `mdoe = "auto"\n${GOOD}`, "mdoe", 'did you mean "mode"?'],
  [
    "a wrong type",
    GOOD.replace("200", '"200"'),
    '"200"',
    'must be a number, not the text "200": without quotes',
  ],
  ["a share in words", `${GOOD}share = "half"\n`, '"half"', 'must be a number, not the text "half"'],
  ["a note in figures", `${GOOD}note = 5\n`, "5", "must be a text, not 5"],
  [
    "a mode within a band",
    GOOD.replace("[[rules]]", 'mode = "auto"\n[[rules]]'),
    "mode",
    "of the file: write it above",
  ],
  [
    "a key of the rule within a test",
    `${GOOD}[[rules.tests]]\nexpect = "none"\nnote = "x"\n`,
    "note",
    "of the rule",
  ],
  ["a table for a list", `${GOOD}[expected]\nat = 2026-07-10\n`, "expected", "write [[expected]]"],
  ["a missing key", GOOD.replace('then = "generic"', ""), "rules", "is missing"],
  ["a wrong choice", `mode = "atuo"\n${GOOD}`, '"atuo"', 'did you mean "auto"?'],
  ["a crowd without a time", `${GOOD}[[expected]]\nname = "final"\n`, "expected", "is missing"],
  ["a crowd at no time", `${GOOD}[[expected]]\nat = 21:00:00\n`, "21:00:00", "must be an instant"],
  [
    "a crowd at a time that never comes",
    `${GOOD}[[expected]]\nat = 2026-03-29T02:30:00\n`,
    "2026-03-29T02:30:00",
    "never comes in Europe/Madrid",
  ],
  [
    "an unknown key of a crowd",
    `${GOOD}[[expected]]\nat = 2026-07-10T21:00:00\nbefor_s = 5\n`,
    "befor_s",
    'did you mean "before_s"?',
  ],
  [
    "a window without an end",
    `${GOOD}[[expected]]\nat = 2026-07-10T21:00:00\nafter_s = 86_400\n`,
    "86_400",
    "must be from 0 to 3600 seconds",
  ],
  [
    "a window of no length",
    `${GOOD}[[expected]]\nat = 2026-07-10T21:00:00\nbefore_s = 0\nafter_s = 0\n`,
    "0",
    "would be empty",
  ],
  ["a time zone that there is not", GOOD.replace("Madrid", "Madird"), '"Europe/Madird"', "IANA"],
  [
    "a signal that there is not",
    GOOD.replace("{ campaign", "{ campain"),
    "campain",
    'did you mean "campaign"?',
  ],
  ["no signal at all", GOOD.replace(/when = .*/, "when = { tem = 'ESP' }"), "tem", 'did you mean "team"?'],
  ["a table without signals", GOOD.replace(/when = .*/, "when = {}"), "{}", "at least one signal"],
  [
    "a value in a file with a byte order mark",
    `\ufeff${GOOD.replace('"social"]', '"socail"]')}`,
    '"socail"',
    "did you mean",
  ],
  ["a value of no vocabulary", GOOD.replace('"social"]', '"socail"]'), '"socail"', 'did you mean "social"?'],
  ["a name twice", `${GOOD}${RULE}`, '"press"', "is the name of rule 1"],
  [
    "a name that is a number's",
    `${GOOD}\n[[rules]]\nname = "rule-3"\nwhen = { team = "A1" }\nthen = "generic"\n${RULE.replace('name = "press"\n', "")}`,
    '"rule-3"',
    "is the name of rule 3",
  ],
  [
    "a context that there is not",
    `${GOOD}contexts = ["kids", "moveis"]\n`,
    '"moveis"',
    'did you mean "movies"?',
  ],
  [
    "an end before the beginning",
    `${GOOD}from = 2026-07-10T20:00:00Z\nuntil = 2026-07-10T21:00:00+02:00\n`,
    "2026-07-10T21:00:00+02:00",
    "later than from",
  ],
  ["a time that is none", `${GOOD}from = "8 pm"\n`, '"8 pm"', "must be an instant"],
  ["a time that never comes", `${GOOD}from = 2026-03-29T02:30:00\n`, "2026-03-29T02:30:00", "never comes"],
  ["a time that comes twice", `${GOOD}until = "2026-10-25 02:30"\n`, '"2026-10-25 02:30"', "comes twice"],
  ["a share of more than all", `${GOOD}share = 25\n`, "25", "from 0 to 1"],
  ["a condition twice", rule('when = { team = "ESP" }\nif = \'team == "ESP"\''), "if", "only one of the two"],
  ["no condition", rule('name = "all"'), "rules", "neither `when` nor `if`"],
  ["a value in an expression", rule("if = 'entry == \"socail\"'"), '"socail"', 'did you mean "social"?'],
  [
    "a value behind escapes",
    rule('if = "campaign == \\"\\u590F\\" && entry == \\"socail\\""'),
    '\\"socail\\"',
    "socail",
  ],
  [
    "a value on a line of its own",
    rule('if = """\n  team == "ESP" &&\n  entry == "socail"\n"""'),
    '"socail"',
    "socail",
  ],
  [
    "a value behind a joined line",
    rule('if = """team == "ESP" && \\\n   entry == "socail" """'),
    '"socail"',
    "socail",
  ],
  ["a band in an expression", rule("if = 'band == \"dya\"'"), '"dya"', 'did you mean "day"?'],
  [
    "an outcome that is no cluster's name",
    GOOD.replace('"generic"', '"Generic!"'),
    '"Generic!"',
    "must be a cluster id",
  ],
  ["a test that fails", `${GOOD}[[rules.tests]]\nexpect = "generic"\n`, '"generic"', "no rule holds"],
  [
    "a test of a value that there is not",
    `${GOOD}[[rules.tests]]\nsignals = { entry = "socail" }\nexpect = "none"\n`,
    '"socail"',
    "socail",
  ],
  ["a test without what it expects", `${GOOD}[[rules.tests]]\nsignals = {}\n`, "rules.tests", "is missing"],
];

test.each(FAULTS)("%s", (_, text, marked, reason) => {
  const issues = issuesOf(text);
  expect(issues).toHaveLength(1);
  const [issue] = issues;
  expect(issue?.reason).toContain(reason);
  expect(markedBy(text, issue as RoutingIssue)).toBe(marked);
  expect(issue?.line).toBeGreaterThan(0);
  expect(issue?.column).toBeGreaterThan(0);
});

test("a wrong test, or a cluster that there is not, keeps no other test from being run", () => {
  const text = `${GOOD}[[rules.tests]]
signals = { tem = "ESP" }
expect = "none"
[[rules.tests]]
expect = "generic"
[[rules]]
when = { team = "ESP" }
then = "esp.socail"
[[rules.tests]]
signals = { team = "ESP" }
expect = "tailored"
`;
  const parsed = parseRoutingText(text, "toml", ["esp.social"]);
  expect(parsed.ok ? [] : parsed.issues.map(({ key, line }) => [line, key])).toEqual([
    [13, "rules[0].tests[0].signals.tem"],
    [16, "rules[0].tests[1].expect"],
    [19, "rules[1].then"],
    [22, "rules[1].tests[0].expect"],
  ]);
});

test("tells all errors at once, in the order of the file, those of syntax too", () => {
  const text = `mode = on
time_zone = "Europe/Madird"
[[bands]]
name = "day"
from = "7:00"
threshold_per_s = 1
[[bands]]
name = "day"
from = "18:00"
threshold_per_s = 1
[[rules]]
if = 'entry == "socail" || depth == "depe"'
then = generic
[[rules]
when = { tem = "ESP" }
[[rules]]
when = { team = "ESP", entry = ["ad", "pigeon"] }
then = "esp.socail"
contexts = ["homepgae"]
`;
  const parsed = parseRoutingText(text, "toml", ["esp.social"]);
  expect(parsed.ok ? [] : parsed.issues.map(({ line, column }) => [line, column])).toEqual([
    [1, 8],
    [2, 13],
    [5, 8],
    [8, 8],
    [12, 16],
    [12, 37],
    [13, 8],
    [14, 9],
    [17, 39],
    [18, 8],
    [19, 13],
  ]);
});

test("JSON has its places too", () => {
  const file = {
    time_zone: "UTC",
    bands: [{ name: "a", from: "00:00", threshold_per_s: 1 }],
    rules: [{ if: 'entry == "socail"', then: "generic" }],
  };
  const text = JSON.stringify(file, undefined, 1);
  const [issue] = issuesOf(text, "json");
  expect(markedBy(text, issue as RoutingIssue)).toBe(String.raw`\"socail\"`);
  expect(issuesOf('{\n "mode": tru\n}', "json")).toMatchObject([
    { line: 2, column: 10, reason: "a value is missing" },
  ]);
});

function routing(text: string) {
  const parsed = parseRoutingText(text, "toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.routing;
}

function onTheDay(time: string): number {
  return Date.parse(`2026-07-19T${time}Z`);
}

describe("what a file means", () => {
  test("expected crowds are windows, from so many seconds before until so many after, in the file's zone", () => {
    const crowds = `[[expected]]\nname = "final"\nat = 2026-07-19T21:00:00\n[[expected]]\nat = 2026-07-19T21:00:00Z\nbefore_s = 30\nafter_s = 0\n`;
    const parsed = parseRoutingText(`${GOOD}${crowds}`, "toml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    expect(parsed.routing.expected).toEqual([
      { name: "final", fromMs: onTheDay("18:59:50"), untilMs: onTheDay("19:02:00") },
      { fromMs: onTheDay("20:59:30"), untilMs: onTheDay("21:00:00") },
    ]);
    const { armedFrom } = compileRouting({ version: 1, routing: parsed.routing });
    expect(armedFrom(onTheDay("19:01:59"))).toBe(onTheDay("18:59:50"));
    expect(armedFrom(onTheDay("19:02:00"))).toBeUndefined();
  });

  test("matches of the catalogue are expected too, unless the file says that they are not", () => {
    const kickOffs = [1_000_000];
    const armedFrom = (text: string): number | undefined => {
      const parsed = parseRoutingText(text, "toml");
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
      return compileRouting({ version: 1, routing: parsed.routing, kickOffs }).armedFrom(1_000_000);
    };
    expect(armedFrom(GOOD)).toBe(990_000);
    expect(armedFrom(`expect_matches = false\n${GOOD}`)).toBeUndefined();
  });

  test("times are instants, local ones in the file's zone, and a date is its first moment", () => {
    const times = `from = 2026-07-10\nuntil = "2026-07-10 21:30"\n`;
    expect(routing(`${GOOD}${times}`).rules[0]).toMatchObject({
      fromMs: Date.parse("2026-07-09T22:00:00Z"),
      untilMs: Date.parse("2026-07-10T19:30:00Z"),
    });
  });

  test("notes and tests stay in the file, and an old file is published as it was", () => {
    const tested = `${GOOD}note = "as the press office asked"\n[[rules.tests]]\nsignals = { campaign = "press-7", entry = "social" }\nexpect = "generic"\n`;
    const when = { campaign: "press-*", entry: ["referral", "social"] };
    expect(routing(tested).rules).toEqual([{ name: "press", when, then: "generic" }]);
    expect(routing(GOOD.replace('name = "press"\n', "")).rules).toEqual([{ when, then: "generic" }]);
  });

  test("a test sees the signals that a request with these texts would have", () => {
    const tests = `[[rules]]
when = { campaign = "夏祭り*", team = "esp" }
then = "tailored"
contexts = ["kids"]
until = 2026-07-10T20:00:00Z
share = 0.5
[[rules.tests]]
signals = { campaign = "夏祭り-2026", team = "ESP" }
context = "kids"
expect = "tailored"
[[rules.tests]]
signals = { campaign = "夏祭り-2026", team = "ESP" }
expect = "none"
[[rules.tests]]
signals = { campaign = "夏祭り-2026", team = "ESP" }
context = "kids"
at = 2026-07-10T22:00:00
expect = "none"
`;
    expect(issuesOf(`${HEAD}${tests}`)).toEqual([]);
  });

  test("a rule above it decides a test, and a band follows from its time", () => {
    const tests = `[[bands]]
name = "night"
from = "20:00"
threshold_per_s = 1
[[rules]]
if = 'band == "night" && country == "GB"'
then = "individual"
[[rules]]
when = { team = "*" }
then = "generic"
[[rules.tests]]
signals = { team = "ENG" }
country = "GB"
at = 2026-07-10T22:00:00
expect = "individual"
[[rules.tests]]
signals = { team = "ENG" }
country = "GB"
band = "day"
expect = "generic"
`;
    expect(issuesOf(`${HEAD}${tests}`)).toEqual([]);
  });
});

test("never throws, whatever it is given, and every issue has a place", () => {
  const whole = `${GOOD}if = 'entry == "ad"'\nfrom = 2026-07-10\n[[rules.tests]]\nexpect = "x"\n`;
  const broken = fc
    .record({
      at: fc.nat(whole.length),
      length: fc.nat(12),
      put: fc.constantFrom("", '"', "'", "[", "]", "}", "\n", "=", "x", '"""'),
    })
    .map(({ at, length, put }) => whole.slice(0, at) + put + whole.slice(at + length));
  fc.assert(
    fc.property(
      fc.oneof(broken, fc.string({ unit: "binary" })),
      fc.constantFrom("toml" as const, "json" as const),
      (text, format) => {
        const issues = issuesOf(text, format);
        const placed = issues.filter(
          ({ line = 0, column = 0, length = 0 }) => line >= 1 && column >= 1 && length >= 1,
        );
        expect(placed).toEqual(issues);
      },
    ),
    { numRuns: 1_500 },
  );
});
