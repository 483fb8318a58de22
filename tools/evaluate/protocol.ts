/**
 * Who is a test user and what is held out, so that any other implementation can repeat it: a user u with u %
 * 5 = 0 is a test user, and of a test user the pair (u, i) is held out iff (u · 7919 + i · 104729) % 100 <
 * 20. Pure.
 */

export type NumberedIds = {
  /**
   * All ids are non-negative integers, and count as they are; otherwise each counts as its position: 0, 1, 2,
   * …
   */
  readonly asGiven: boolean;
  /** The ids' numbers modulo 100, which is all that the protocol needs of them, however large they are. */
  readonly residues: Uint8Array;
};

const INTEGER = /^\d+$/;

/** `ids`: each once, in the order of first appearance. */
export function numberIds(ids: readonly string[]): NumberedIds {
  const asGiven = ids.every((id) => INTEGER.test(id));
  return { asGiven, residues: Uint8Array.from(ids, (id, at) => (asGiven ? Number(id.slice(-2)) : at % 100)) };
}

/** One text for one id: `007` and `7` are the same integer. */
export function canonicalId(text: string): string {
  const trimmed = text.trim();
  return INTEGER.test(trimmed) ? trimmed.replace(/^0+(?=\d)/, "") : text;
}

/** What a user is for: to be tested on, to be learned from, or neither. */
export type Part = "test" | "training" | "left-out";

/**
 * `tune`: settings are chosen on some of the training users (user % 5 = 1), and the test users take no part,
 * so that what was chosen can be tested on them afterwards.
 */
export function partOf(userResidue: number, tune: boolean): Part {
  const fifth = userResidue % 5;
  if (tune && fifth === 0) return "left-out";
  return fifth === (tune ? 1 : 0) ? "test" : "training";
}

/** Sums and products keep their remainder when each number is replaced by its own. */
export function isHeldOut(userResidue: number, itemResidue: number): boolean {
  return (userResidue * 7919 + itemResidue * 104729) % 100 < 20;
}
