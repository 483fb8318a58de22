import { expect, test } from "vitest";
import { compileCondition, matches } from "./condition.ts";
import { compileRouting, parseRouting } from "./routing.ts";
import { inputOf } from "../../test/rule-input.ts";
import { NO_SIGNALS } from "../signals/signals.ts";

const good = {
  time_zone: "Europe/Madrid",
  bands: [
    { name: "C", from: "18:00", threshold_per_s: 300 },
    { name: "A", from: "02:30", threshold_per_s: 100 },
  ],
};

function compiled(value: unknown) {
  const parsed = parseRouting(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return compileRouting({ version: 1, routing: parsed.routing });
}

test.each([
  ["winter, before the evening", "2026-01-10T16:59:59Z", "A"],
  ["winter, at 18:00 sharp", "2026-01-10T17:00:00Z", "C"],
  ["summer, an hour earlier by UTC", "2026-07-10T16:00:00Z", "C"],
  ["after midnight, yesterday's last band still holds", "2026-07-10T23:30:00Z", "C"],
  // On 2026-03-29 the clock jumps from 02:00 to 03:00, so 02:30 never comes, and the band starts at 03:00.
  ["spring forward, a minute before", "2026-03-29T00:59:00Z", "C"],
  ["spring forward, a minute after", "2026-03-29T01:00:00Z", "A"],
  // On 2026-10-25 the clock goes back from 03:00 to 02:00, so 02:30 comes twice. The local time decides.
  ["fall back, the first 02:45", "2026-10-25T00:45:00Z", "A"],
  ["fall back, the second 02:15", "2026-10-25T01:15:00Z", "C"],
  ["fall back, the second 02:45", "2026-10-25T01:45:00Z", "A"],
])("%s (%s) is band %s", (_, at, band) => {
  expect(compiled(good).bandAt(Date.parse(at)).name).toBe(band);
});

test("one band holds all day, and the band follows the clock minute by minute", () => {
  const routing = compiled({ ...good, bands: [{ name: "only", from: "23:59", threshold_per_s: 0 }] });
  expect(routing.bandAt(0).name).toBe("only");
  const two = compiled(good);
  expect(two.bandAt(Date.parse("2026-01-10T16:59:00Z")).name).toBe("A");
  expect(two.bandAt(Date.parse("2026-01-10T17:00:00Z")).name).toBe("C");
});

test.each([
  ["time_zone", { ...good, time_zone: "Europe/Madrit" }],
  ["bands", { ...good, bands: [] }],
  ["bands[0].from", { ...good, bands: [{ name: "x", from: "25:00", threshold_per_s: 1 }] }],
  ["bands[0].threshold_per_s", { ...good, bands: [{ name: "x", from: "05:00", threshold_per_s: -1 }] }],
  [
    "bands[1].from",
    { ...good, bands: [...good.bands.slice(0, 1), { name: "y", from: "18:00", threshold_per_s: 1 }] },
  ],
  [
    "bands[1].name",
    { ...good, bands: [...good.bands.slice(0, 1), { name: "C", from: "19:00", threshold_per_s: 1 }] },
  ],
  ["mode", { ...good, mode: "always" }],
  ["deadline_ms", { ...good, deadline_ms: 0 }],
  ["rules[0].when", { ...good, rules: [{ when: { colour: "red" }, then: "generic" }] }],
  ["rules[0].when.team", { ...good, rules: [{ when: { team: "E*P" }, then: "generic" }] }],
  ["rules[0].when.entry", { ...good, rules: [{ when: { entry: ["ad", "pigeon"] }, then: "generic" }] }],
  ["rules[0].when.entry", { ...good, rules: [{ when: { entry: "pige*" }, then: "generic" }] }],
  ["rules[0].when", { ...good, rules: [{ when: {}, then: "generic" }] }],
  ["rules[0].then", { ...good, rules: [{ when: {}, then: "Nobody!" }] }],
  ["holdout.share", { ...good, holdout: { share: 1.5 } }],
  ["holdout.serve", { ...good, holdout: { share: 0.1, serve: "cluster" } }],
  ["holdout", { ...good, holdout: { share: 0.1, sahre: 0.1 } }],
  ["", { ...good, treshold: 3 }],
  ["", "text"],
])("a mistake in %o is named", (key, value) => {
  const parsed = parseRouting(value);
  expect(parsed.ok).toBe(false);
  expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.key)).toContain(key);
});

test("the first rule that matches decides: values, lists, prefixes, any case of a team", () => {
  const routing = compiled({
    ...good,
    rules: [
      { when: { campaign: "qf-*", entry: ["social", "ad"] }, then: "esp.social" },
      { when: { team: "esp" }, then: "individual" },
      { when: { campaign: "*" }, then: "generic" },
    ],
  });
  const rule = (signals: Partial<typeof NO_SIGNALS>) =>
    routing.rules.outcomeFor(inputOf({ signals: { ...NO_SIGNALS, ...signals } }));
  expect(rule({ campaign: "qf-1", entry: "ad", team: "ESP" })).toEqual({
    kind: "cluster",
    cluster: "esp.social",
    rule: 0,
  });
  expect(rule({ campaign: "qf-1", entry: "email", team: "ESP" })).toEqual({ kind: "individual", rule: 1 });
  expect(rule({ campaign: "summer" })).toEqual({ kind: "cluster", cluster: "generic", rule: 2 });
  expect(rule({ entry: "social" })).toBeUndefined();
});

test("a rule by a taste group matches all its segments, and a rule by a segment no other", () => {
  const crime = compileCondition({ affinity: "crime" });
  expect(matches(crime, { ...NO_SIGNALS, affinity: "crime_12" })).toBe(true);
  expect(matches(crime, { ...NO_SIGNALS, affinity: "crime-2_1" })).toBe(false);
  expect(matches(compileCondition({ affinity: "crime_1" }), { ...NO_SIGNALS, affinity: "crime_12" })).toBe(
    false,
  );
});

test("bands hold from their own time, in whichever order they are written", () => {
  const bands = ["12:00", "06:00", "18:00"].map((from) => ({
    name: from.slice(0, 2),
    from,
    threshold_per_s: 1,
  }));
  const routing = compiled({ time_zone: "UTC", bands });
  const at = (time: string): string => routing.bandAt(Date.parse(`2026-01-10T${time}:00Z`)).name;
  expect(["05:59", "06:00", "12:00", "17:59", "18:00"].map(at)).toEqual(["18", "06", "12", "12", "18"]);
});

test.each([
  // Prefixes and values of a closed vocabulary, in any case.
  [{ entry: "so*" }, { entry: "social" }, true],
  [{ entry: "SO*" }, { entry: "social" }, true],
  [{ entry: "Social" }, { entry: "social" }, true],
  [{ entry: "s*" }, { entry: "email" }, false],
  // A bare * is every value but none, and none can be asked for.
  [{ team: "*" }, { team: "ESP" }, true],
  [{ team: "*" }, { team: "none" }, false],
  [{ team: "None" }, { team: "none" }, true],
  [{ team: "none" }, { team: "ESP" }, false],
  // A prefix is no value, and a value no prefix.
  [{ campaign: "qf-*" }, { campaign: "qf-1" }, true],
  [{ campaign: "qf-*" }, { campaign: "sf-1" }, false],
  [{ campaign: "qf-1" }, { campaign: "qf-12" }, false],
  [{ campaign: ["sf-1", "qf-*"] }, { campaign: "qf-1" }, true],
  // Only a taste has groups.
  [{ campaign: "crime" }, { campaign: "crime_12" }, false],
  // All that is named has to match.
  [{ team: "ESP", entry: "social" }, { team: "ESP", entry: "email" }, false],
] as const)("the rule %o for %o matches: %s", (when, signals, expected) => {
  const routing = compiled({ ...good, rules: [{ when, then: "bel" }] });
  expect(routing.rules.outcomeFor(inputOf({ signals: { ...NO_SIGNALS, ...signals } })) !== undefined).toBe(
    expected,
  );
});

test("a signal that is left open matches nothing, not even any value", () => {
  expect(matches(compileCondition({ team: "*" }), { entry: "social" })).toBe(false);
  expect(matches(compileCondition({ entry: "social" }), { entry: "social" })).toBe(true);
});
