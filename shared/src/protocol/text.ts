/** The schema of a text that people read, in a document of an operator or a catalogue. */
import * as z from "zod/mini";

const HALF_A_CHARACTER = "holds half of a character (a surrogate without its other half)";

/**
 * A text of `least` to `most` UTF-16 units. Half of a surrogate pair is refused: UTF-8 cannot hold it, so
 * that what is read again would be another text.
 */
export function textSchema(least: number, most: number) {
  const length = `must have ${least} to ${most} characters`;
  return z.string().check(
    z.minLength(least, length),
    z.maxLength(most, length),
    z.refine((text) => text.isWellFormed(), HALF_A_CHARACTER),
  );
}
