/**
 * The words by which items are found. Chinese, Japanese, Korean and the scripts of South-East Asia do not put
 * a space between words, or glue words together, so each of their characters is a word of its own, and a text
 * in them is a phrase. Pure.
 */

const SCRIPTS =
  "Han Hiragana Katakana Bopomofo Hangul Yi Thai Lao Khmer Myanmar Tibetan Javanese Balinese".split(" ");
const UNSPACED = SCRIPTS.map((script) => String.raw`\p{Script=${script}}`).join("");
/** One character of such a script with its vowel signs and tone marks. */
const CHARACTER = String.raw`[[${UNSPACED}]--\p{M}]\p{M}*`;
const CHARACTERS = new RegExp(CHARACTER, "gv");
/** A run of such characters, or a word of another script. */
const TERM = new RegExp(
  String.raw`(?:${CHARACTER})+|[[\p{L}\p{N}]--[${UNSPACED}]][[\p{L}\p{N}\p{M}]--[${UNSPACED}]]*`,
  "gv",
);

/** Nobody types more words; further ones are ignored. */
const MAX_TERMS = 12;
const MAX_TERM_CHARACTERS = 64;
/** A part of fewer characters would stand in every other title. */
const LEAST_PART_CHARACTERS = 2;
const MAX_WORD_CHARACTERS = 32;

/** Returns the text as it is indexed: full-width letters as plain ones, unspaced characters apart. */
export function indexedText(text: string): string {
  return text.normalize("NFKC").replaceAll(CHARACTERS, " $& ");
}

/**
 * Returns the ends of the text's words, without the whole words: a part of a word is the beginning of one of
 * them. Words of unspaced scripts need none.
 */
export function indexedParts(text: string): string {
  const ends = new Set<string>();
  for (const [term] of text.normalize("NFKC").matchAll(TERM)) {
    if (isUnspaced(term)) continue;
    const word = Array.from(term).slice(0, MAX_WORD_CHARACTERS);
    for (let from = 1; from <= word.length - LEAST_PART_CHARACTERS; from += 1) {
      ends.add(word.slice(from).join(""));
    }
  }
  return [...ends].join(" ");
}

/** Returns the words of what somebody has typed, each as a phrase of FTS5 in quotes. */
export function queryTerms(text: string): string[] {
  return (text.normalize("NFKC").match(TERM) ?? []).slice(0, MAX_TERMS).map(
    (term) =>
      `"${Array.from(indexedText(term).trim())
        .slice(0, 2 * MAX_TERM_CHARACTERS)
        .join("")}"`,
  );
}

function isUnspaced(term: string): boolean {
  return term.match(CHARACTERS) !== null;
}
