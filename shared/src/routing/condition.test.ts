/** Conditions by text: a rule or a pin is written as the campaign is, in any script. */
import { expect, test } from "vitest";
import { HOST, signalsOf } from "../../test/test-request.ts";
import { compileCondition, conditionSchema, matches, type Condition } from "./condition.ts";

const CASES: readonly (readonly [condition: Condition, query: string, matches: boolean])[] = [
  [{ campaign: "夏祭り-2026" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "夏祭り 2026" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "夏祭り" }, "utm_campaign=夏祭り-2026", false],
  [{ campaign: "冬祭り-2026" }, "utm_campaign=夏祭り-2026", false],
  [{ campaign: "夏祭り*" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "夏祭り-*" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "夏祭り-*" }, "utm_campaign=夏祭り", false],
  [{ campaign: "冬*" }, "utm_campaign=夏祭り-2026", false],
  [{ campaign: "*" }, "utm_campaign=夏祭り", true],
  [{ campaign: "none" }, "utm_campaign=夏祭り", false],
  // The value itself, and what releases up to 0.1 made of the text.
  [{ campaign: "2026-xp5s3dsm3t" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "2026" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "20*" }, "utm_campaign=夏祭り-2026", true],
  [{ campaign: "stra-e" }, "utm_campaign=Straße", true],
  // Letter case and accents, composed or not.
  [{ campaign: "STRASSE" }, "utm_campaign=Straße", true],
  [{ campaign: "été" }, "utm_campaign=%C3%89T%C3%89", true],
  [{ campaign: "été" }, "utm_campaign=ete", true],
  [{ campaign: "été-*" }, "utm_campaign=E%CC%81te%CC%81-2026", true],
  [{ campaign: "ΟΔΌΣ" }, "utm_campaign=οδός", true],
  [{ campaign: "दिवाली-सेल" }, "utm_campaign=दिवाली सेल", true],
  [{ campaign: "दि*" }, "utm_campaign=दीवाली", false],
  [{ campaign: "⚽" }, "utm_campaign=⚽", true],
  [{ campaign: ["x", "🏆*"] }, "utm_campaign=🏆-2026", true],
  [{ campaign: "Summer Sale!" }, "utm_campaign=summer-sale", true],
  [{ event: "決勝" }, "event=決勝", true],
  [{ event: "決勝" }, "event=準決勝", false],
  [{ campaign: "-*" }, "utm_campaign=qf", false],
];

test.each(CASES)("%o on %s: %s", (condition, query, expected) => {
  expect(conditionSchema.safeParse(condition).success).toBe(true);
  expect(matches(compileCondition(condition), signalsOf({ query }))).toBe(expected);
  expect(matches(compileCondition(condition), signalsOf({ referer: `${HOST}/?${query}` }))).toBe(expected);
});

test("a taste group is named by its genre", () => {
  const profile = { affinity: "y6svd4bbxn_3", recency: "fresh", depth: "deep" } as const;
  const by = (affinity: string) => matches(compileCondition({ affinity }), signalsOf({ profile }));
  expect([by("夏祭り"), by("夏祭り_3"), by("夏祭り_4"), by("冬祭り")]).toEqual([true, true, false, false]);
});

test.each(["a*b", "", "!?", "「」*", "a\nb", "x".repeat(257)])("refuses the campaign %j", (campaign) => {
  expect(conditionSchema.safeParse({ campaign }).success).toBe(false);
});

test.each(["夏", "E*P", "a b"])("refuses the team %j where it is no code", (team) => {
  expect(conditionSchema.safeParse({ team: `${team}!` }).success).toBe(false);
});
