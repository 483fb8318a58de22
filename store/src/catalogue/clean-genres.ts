/** Genres as catalogues write them: exports put words in the place of a genre that is not known. Pure. */
import { foldText } from "@spillway/shared/signals/signal-value.ts";

/** What stands for "no genre", folded as {@link foldText} folds it. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(
  " n na n-a nan nil none null undefined unknown unspecified tbd tba no-genre no-genres no-genre-listed no-genres-listed not-set not-available not-applicable not-specified object-object".split(
    " ",
  ),
);

/**
 * Returns each genre once, in the first of its spellings, without blanks around it and without placeholders.
 */
export function cleanGenres(genres: readonly string[]): string[] {
  const cleaned = new Map<string, string>();
  for (const genre of genres) {
    const folded = foldText(genre);
    if (!PLACEHOLDERS.has(folded) && !cleaned.has(folded)) {
      cleaned.set(folded, genre.normalize("NFC").trim().replaceAll(/\s+/g, " "));
    }
  }
  return [...cleaned.values()];
}
