/** What is a value, and what only looks like one. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isNobody, isPlaceholder, plainValue, unquoted } from "./plain-value.ts";

test.each([
  "",
  " ",
  "undefined",
  "Undefined",
  "null",
  "NULL",
  "(null)",
  "<null>",
  "NaN",
  "nil",
  "n/a",
  "-",
  "undefined-undefined",
  "null null",
  "(not set)",
  "(Not Set)",
  "(none)",
  "(not provided)",
  "[object Object]",
  "[object Undefined]",
  "{campaignid}",
  "{{campaign.name}}",
  "{{ campaign.name }}",
  "{{campaign.name}}_{{ad.id}}",
  "${campaign}",
  "#{campaign}",
  "%%CAMPAIGN%%",
  "%campaign_name%",
  "*|CAMPAIGN_UID|*",
  "__CAMPAIGN_NAME__",
  "[CAMPAIGN]",
  "[campaign_id]",
  "<campaign>",
])("%j is no value", (text) => {
  expect(isPlaceholder(text)).toBe(true);
  expect(plainValue(text)).toBeUndefined();
});

test.each([
  "none of us",
  "nullarbor",
  "undefined-love",
  "NAN",
  "NIL",
  "Nan",
  "[Rec]",
  "[SALE]",
  "spring {2026",
  "summer_{creative}",
  "100% sale%",
  "__proto__",
  "-a-",
  "0",
  "(500) days",
  "object",
  '{"a":1,"b":2}',
])("%j is a value", (text) => {
  expect(isPlaceholder(text)).toBe(false);
  expect(plainValue(text)).toBe(text);
});

test.each([
  ["none", true],
  ["None", true],
  ["nobody", false],
  ["u-none", false],
  ["{user_id}", true],
])("as a user %j stands for nobody: %s", (text, expected) => {
  expect(isNobody(text)).toBe(expected);
});

test.each([
  ['"ESP"', "ESP"],
  ['"caf\\u00e9"', "café"],
  ['["ESP"]', "ESP"],
  ['{"team":"ESP"}', "ESP"],
  ['{"code":"ESP","name":"Spain"}', "ESP"],
  ['j:{"code":"ESP"}', "ESP"],
  ['"[\\"ESP\\"]"', "ESP"],
  ["[42]", "42"],
  ["[]", undefined],
  ["[null]", undefined],
  ['""', undefined],
  ['"undefined"', undefined],
  ['["ESP","BEL"]', '["ESP","BEL"]'],
  ['"ESP', '"ESP'],
  ["'ESP'", "ESP"],
  ["'null'", undefined],
])("reads %s as %j", (text, value) => {
  expect(plainValue(text)).toBe(value);
});

test.each([
  ['"ESP"', "ESP"],
  ['"', '"'],
  ['""', ""],
  ['"a"b"', 'a"b'],
  ["'ESP'", "ESP"],
  ['\\"ESP\\"', "ESP"],
  ["“ESP”", "ESP"],
  ["'", "'"],
  ["O'Neill", "O'Neill"],
])("takes the quotes off %s", (text, value) => {
  expect(unquoted(text)).toBe(value);
});

test("never throws, and leaves words as they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-z]{1,3}\d+[a-z]*$/), (text, word) => {
      plainValue(text);
      unquoted(text);
      expect(plainValue(word)).toBe(word);
    }),
  );
});
