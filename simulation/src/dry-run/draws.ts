/**
 * What a hash has drawn for a tuple's viewer, as far as it is known. A sample has no users, so shares are
 * taken in expectation; but what a request was served tells in which part of [0, 1) its draws lay. Pure.
 */

/** Salt → the part [from, until) in which the viewer's draw lies. Without an entry it may lie anywhere. */
export type Draws = ReadonlyMap<string, readonly [from: number, until: number]>;

export const NOTHING_DRAWN: Draws = new Map();

export type Split = {
  /** How probable it is that the draw lies below the share. */
  readonly below: number;
  /** What is known then of the draws, and otherwise. */
  readonly inside: Draws;
  readonly outside: Draws;
};

/** Splits by whether the viewer's draw for `salt`, uniform where it may lie, is below `share`. */
export function splitBy(draws: Draws, salt: string, share: number): Split {
  const [from, until] = draws.get(salt) ?? [0, 1];
  const below = Math.min(1, Math.max(0, (share - from) / (until - from)));
  // The same objects where nothing new is known: most shares meet the draws that have been seen.
  return {
    below,
    inside: below === 1 ? draws : new Map(draws).set(salt, [from, share]),
    outside: below === 0 ? draws : new Map(draws).set(salt, [share, until]),
  };
}
