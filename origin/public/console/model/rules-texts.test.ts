/** What the screen of rules shows of a rule, and where it underlines. */
import { expect, test } from "vitest";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { conditionText, limitsText } from "./condition-text.js";
import { markedParts, offsetOf } from "./marked-text.js";

const HEAD = `time_zone = "UTC"\nbands = [{ name = "a", from = "00:00", threshold_per_s = 1 }]\n`;

function treeOf(expression: string) {
  const parsed = parseRoutingText(`${HEAD}[[rules]]\nthen = "generic"\nif = '${expression}'\n`, "toml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.routing.rules[0]?.if;
}

test.each([
  'entry == "ad"',
  'entry in ["ad", "social"] && !(team == "ESP")',
  'team == "ESP" && (device == "tv" || device == "tablet")',
  'team == "ESP" && device == "tv" || team == "BEL"',
  '!(team == "ESP" && device == "tv")',
  'region.startsWith("E")',
])("a tree reads as the expression that it was made of: %s", (expression) => {
  const text = conditionText({ if: treeOf(expression) });
  expect(text).toBe(expression);
  expect(treeOf(text)).toEqual(treeOf(expression));
});

test("a table, and limits, read as words", () => {
  expect(conditionText({ when: { team: "ESP", entry: ["ad", "social"] } })).toBe(
    "team = ESP, entry = ad or social",
  );
  expect(limitsText({ contexts: ["kids", "live"], share: 0.07, untilMs: Date.UTC(2026, 6, 10, 20) })).toBe(
    "in kids, live, for 7 % of users, until 2026-07-10 20:00 UTC",
  );
});

test("what is wrong is cut out of the text, whole and in order, and never twice", () => {
  const text = 'a = 1\nif = "entry"\nb = 2';
  const issues = [
    { key: "b", reason: "x", line: 3, column: 5, length: 1 },
    { key: "if", reason: "x", line: 2, column: 6, length: 7 },
    { key: "if", reason: "y", line: 2, column: 7, length: 3 },
    { key: "", reason: "of the whole file" },
  ];
  const parts = markedParts(text, issues);
  expect(parts.map((part) => part.text).join("")).toBe(text);
  expect(parts.filter(({ isWrong }) => isWrong).map((part) => part.text)).toEqual(['"entry"', "2"]);
  expect(offsetOf(text, { key: "", reason: "", line: 9, column: 9 })).toBe(text.length);
});
