/**
 * EASE (H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019): the closed form
 * B = I − P · diag(1 ÷ P_jj) with P = (XᵀX + λI)⁻¹, whole. Solved by items or by users, whichever are fewer:
 * both give the same B.
 */
import { solveDual } from "./ease-dual.ts";
import { solvePrimal } from "./ease-primal.ts";
import type { EaseOptions, EaseSolution } from "./ease-solution.ts";
import { playedBy, type Plays } from "./gram.ts";

/**
 * `regularization`: λ, in users; the larger it is, the less a rarely played item says. Rejects with
 * RangeError where rounding leaves no inverse: λ is too small.
 */
export async function solveEase(plays: Plays, options: EaseOptions): Promise<EaseSolution> {
  const played = playedBy(plays, options.items);
  return options.form === "primal" ? solvePrimal(played, options) : solveDual(played, options);
}
