/** Invents titles: a pattern is filled with words, and no title occurs twice. */
import type { Random } from "./random.ts";
import {
  FAMILIES,
  KIDS_NAMES,
  KIDS_VOCABULARY,
  NAMES,
  PLACES,
  SEASONS,
  VOCABULARY,
  type Genre,
  type Vocabulary,
} from "./words.ts";

const MAX_ATTEMPTS = 500;

export type TitleMaker = {
  readonly title: (genre: Genre) => string;
  readonly kidsTitle: () => string;
};

/** Its functions throw a RangeError when the words are used up, which only longer lists of words can mend. */
export function createTitleMaker(random: Random): TitleMaker {
  const used = new Set<string>();
  const unused = (vocabulary: Vocabulary): string => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const title = filled(vocabulary, random);
      if (used.has(title)) continue;
      used.add(title);
      return title;
    }
    throw new RangeError(`no unused title after ${MAX_ATTEMPTS} attempts: the word lists are too short`);
  };
  return { title: (genre) => unused(VOCABULARY[genre]), kidsTitle: () => unused(KIDS_VOCABULARY) };
}

function filled(vocabulary: Vocabulary, random: Random): string {
  const words: Readonly<Record<string, readonly string[]>> = {
    place: PLACES,
    name: NAMES,
    family: FAMILIES,
    season: SEASONS,
    kid: KIDS_NAMES,
    noun: vocabulary.nouns.split(", "),
  };
  const taken = new Set<string>();
  return random.pick(vocabulary.patterns).replaceAll(/\{([a-z]+)2?\}/g, (slot, name: string) => {
    const choices = words[name]?.filter((word) => !taken.has(word)) ?? [];
    const word = choices.length === 0 ? slot : random.pick(choices);
    taken.add(word);
    return word;
  });
}
