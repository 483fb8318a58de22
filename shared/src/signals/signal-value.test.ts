/** Any text, in any script, becomes a value of its own that is safe in a definition, a key and a log line. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SIGNALS, signalsSchema } from "./signals.ts";
import { foldText, textFormsOf, toSignalValue } from "./signal-value.ts";

test.each([
  ["qf-esp-bel", "qf-esp-bel"],
  ["QF: Spain v. Belgium!", "QF-Spain-v-Belgium"],
  ["--a--", "a"],
  ["a_b", "a_b"],
  ["", "none"],
  ["?!…—「」", "none"],
  ["\ud800", "none"],
  ["\u200b\u202e\ufeff", "none"],
  // Accents, strokes and forms of width lose no letter.
  ["Curaçao & Côte d'Ivoire", "Curacao-Cote-d-Ivoire"],
  ["E\u0301te\u0301", "Ete"],
  ["Straße", "Strasse"],
  ["Łódź", "Lodz"],
  ["Sørlandet", "Sorlandet"],
  ["İstanbul ışık", "Istanbul-isik"],
  ["Ｅｔｅ２０２６", "Ete2026"],
  ["sum\u00admer", "summer"],
  // These values are stored and stand in rules: they are the same in every release.
  ["夏祭り", "y6svd4bbxn"],
  ["夏祭り-2026", "2026-xp5s3dsm3t"],
  ["x".repeat(60), `${"x".repeat(37)}-7kdx8eq973`],
])("turns %j into %j", (text, value) => {
  expect(toSignalValue(text)).toBe(value);
});

test.each([
  ["Japanese", "夏祭り", "冬祭り"],
  ["Japanese beside ASCII", "夏祭り-2026", "冬祭り-2026"],
  ["Arabic", "كأس العالم", "كأس آسيا"],
  ["Hindi, which differs in a vowel sign", "दिवाली", "दीवाली"],
  ["Thai, which differs in a tone mark", "ใกล", "ใกล้"],
  ["Hebrew", "חנוכה", "פורים"],
  ["Korean", "여름", "겨울"],
  ["Cyrillic", "лето", "зима"],
  ["Greek", "καλοκαίρι", "χειμώνας"],
  ["emoji", "⚽", "🏆"],
  ["flags", "🇪🇸", "🇧🇪"],
  ["letters of four bytes", "𠮷野", "吉野"],
  ["currencies", "sale-50€", "sale-50£"],
  ["what a cut would take away", `${"x".repeat(60)}-a`, `${"x".repeat(60)}-b`],
])("tells two campaigns apart: %s", (_, one, other) => {
  expect(toSignalValue(one)).not.toBe("none");
  expect(toSignalValue(one)).not.toBe(toSignalValue(other));
});

test.each([
  ["letter case, in full", "ΟΔΟΣ ΦΙΛΙΑΣ", "οδος φιλιας"],
  ["a final sigma", "οδος", "οδοσ"],
  ["Cyrillic letter case", "ЛЕТО", "лето"],
  ["composed and taken apart", "ガ", "カ\u3099"],
  ["syllables and their letters", "한글", "한글"],
  ["halves of width", "ﾅﾂ祭", "ナツ祭"],
  ["joiners, marks of direction and a byte order mark", "\ufeffمی\u200cخواهم\u200f", "میخواهم"],
  ["an emoji with and without its selector", "❤\ufe0f", "❤"],
  ["blanks, dashes and other signs", "夏祭り 2026!", "夏祭り・2026"],
])("takes for the same: %s", (_, one, other) => {
  expect(toSignalValue(one).toLowerCase()).toBe(toSignalValue(other).toLowerCase());
});

test("turns any text into a valid value, and leaves a value as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const value = toSignalValue(text);
      expect(signalsSchema.safeParse({ ...NO_SIGNALS, campaign: value }).success).toBe(true);
      expect(toSignalValue(value)).toBe(value);
      const texts = { campaign: textFormsOf(text) };
      expect(signalsSchema.safeParse({ ...NO_SIGNALS, texts }).success).toBe(true);
    }),
  );
});

test("folds a text in one step, however it is composed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(foldText(foldText(text))).toBe(foldText(text));
      expect(foldText(text.normalize("NFD"))).toBe(foldText(text));
    }),
  );
});

test("gives 100,000 campaigns without an ASCII letter values of their own", () => {
  const values = new Set<string>();
  for (let at = 0; at < 100_000; at += 1) {
    values.add(toSignalValue(String.fromCodePoint(0x4e00 + (at % 20_000), 0x4e00 + Math.floor(at / 20_000))));
  }
  expect(values.size).toBe(100_000);
});

test.each([
  ["夏祭り-2026", { text: "夏祭り-2026", folded: "2026" }],
  ["夏祭り", { text: "夏祭り" }],
  ["Straße", { text: "strasse", folded: "stra-e" }],
  ["Été", { text: "été" }],
  ["QF: Spain v. Belgium!", undefined],
  ["Ｅｔｅ", undefined],
])("says what %j is called besides its value", (text, forms) => {
  expect(textFormsOf(text)).toEqual(forms);
});
