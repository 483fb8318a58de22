/**
 * Whom a holdout drew, where the rules that were obeyed are not there: the tuples say who was held out, and
 * by how many they are the share. Pure.
 */
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { Holdout } from "@spillway/shared/routing/holdout.ts";
import { sumsOf } from "./cells.ts";
import { NOTHING_DRAWN, type Draws } from "./draws.ts";
import { addSums, NO_SUMS, shareOf, type Sums } from "./estimate.ts";

/** `tuples`: those from which the share is estimated. `holdout`: that of the rules in question. */
export function recordedDraws(
  tuples: readonly DecisionTuple[],
  holdout: Holdout | undefined,
): (tuple: DecisionTuple) => Draws {
  if (holdout === undefined) return () => NOTHING_DRAWN;
  let [held, asked]: [Sums, Sums] = [NO_SUMS, NO_SUMS];
  for (const tuple of tuples) {
    if (!couldBeHeldOut(tuple)) continue;
    asked = addSums(asked, sumsOf(tuple.weight, 1));
    if (tuple.holdout) held = addSums(held, sumsOf(tuple.weight, 1));
  }
  const { share, low, high } = shareOf(held, asked);
  // Where it may be the same share, it is taken for the same.
  const drawn = holdout.share >= low && holdout.share <= high ? holdout.share : share;
  const inside: Draws = new Map([[holdout.salt, [0, drawn] as const]]);
  const outside: Draws = drawn === 1 ? NOTHING_DRAWN : new Map([[holdout.salt, [drawn, 1] as const]]);
  return (tuple) => {
    if (!couldBeHeldOut(tuple)) return NOTHING_DRAWN;
    return tuple.holdout ? inside : outside;
  };
}

function couldBeHeldOut({ rule, folded }: DecisionTuple): boolean {
  return rule === undefined && folded?.includes("rule") !== true;
}
