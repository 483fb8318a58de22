/**
 * The guard between the model in force and a new one: a slice of the audience's plays of the last day, which
 * neither has learned from. Pure.
 */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { Audience } from "../clusters/audience.ts";
import type { Histories } from "../profile/histories.ts";
import { addScores, type ItemModel } from "../scoring/item-model.ts";
import { topK } from "../scoring/top-k.ts";
import type { Plays } from "./gram.ts";

export type Guard = {
  /** `unjudged`: of too few users something is held out; the new model is then taken. */
  readonly verdict: "taken" | "stays" | "unjudged";
  readonly users: number;
  /** Mean NDCG@10 of the model in force and of the new one, on what was held out. */
  readonly inForce: number;
  readonly anew: number;
  /** What the new one gains at least, with 95 % confidence; below 0 it may lose as much. */
  readonly gainAtLeast: number;
};

/** With fewer users, chance decides. */
const LEAST_USERS = 100;
/** More of them take time, and say little more. */
const MOST_USERS = 5000;
/** The new model may be worse by this share: what is too small to be seen must not keep a model for ever. */
const MARGIN = 0.05;
/** One-sided, 95 %. */
const Z = 1.645;

/** What models learn from: all plays but those that are held out. */
export function learnedPlays({ histories, heldOut }: Audience): Plays {
  if (heldOut === undefined) return histories;
  const starts = histories.starts.slice();
  heldOut.forEach((count, user) => (starts[user]! += count));
  return { starts, playEnds: histories.playEnds, rows: histories.rows };
}

/** Both models have the rows that the histories have. */
export function judge(audience: Audience, inForce: ItemModel, anew: ItemModel): Guard {
  const { histories, heldOut = new Uint16Array(0) } = audience;
  const before: number[] = [];
  const after: number[] = [];
  for (let user = 0; user < heldOut.length && before.length < MOST_USERS; user += 1) {
    if (heldOut[user] === 0) continue;
    const split = splitOf(histories, user, heldOut[user]!);
    if (split.wanted.size === 0) continue;
    before.push(ndcg10(inForce, split));
    after.push(ndcg10(anew, split));
  }
  const users = before.length;
  const gains = after.map((value, at) => value - before[at]!);
  const gain = mean(gains);
  const error = Math.sqrt(mean(gains.map((value) => (value - gain) ** 2)) / Math.max(1, users - 1));
  const means = { users, inForce: mean(before), anew: mean(after), gainAtLeast: gain - Z * error };
  if (users < LEAST_USERS) return { verdict: "unjudged", ...means };
  return { verdict: means.gainAtLeast >= -MARGIN * means.inForce ? "taken" : "stays", ...means };
}

export function guardText({ verdict, users, inForce, anew, gainAtLeast }: Guard): string {
  if (verdict === "unjudged")
    return `not judged, since the last day is held out of ${counted(users, "user")} only`;
  const figures = `NDCG@10 ${anew.toFixed(4)} after ${inForce.toFixed(4)}, a gain of ${gainAtLeast.toFixed(4)} at least, on the last day of ${counted(users, "user")}`;
  return verdict === "taken"
    ? `at least as good: ${figures}`
    : `not taken, the model in force stays: ${figures}`;
}

type Split = {
  readonly rows: Uint32Array;
  readonly values: Float32Array;
  readonly wanted: ReadonlySet<number>;
};

function splitOf({ starts, rows, values }: Histories, user: number, heldOut: number): Split {
  const from = starts[user]! + heldOut;
  const to = starts[user + 1]!;
  const known = rows.subarray(from, to);
  const wanted = new Set(rows.subarray(starts[user], from));
  for (const row of known) wanted.delete(row);
  return { rows: known, values: values.subarray(from, to), wanted };
}

/** Binary gains (Järvelin and Kekäläinen, TOIS 2002), without what was watched before. */
function ndcg10(model: ItemModel, { rows, values, wanted }: Split): number {
  const scores = new Float32Array(model.itemSeqs.length);
  addScores(model, { rows, values }, 1, scores);
  for (const row of rows) scores[row] = 0;
  let gain = 0;
  topK(scores, 10).forEach((row, rank) => (gain += wanted.has(row) ? 1 / Math.log2(rank + 2) : 0));
  let ideal = 0;
  for (let rank = 0; rank < Math.min(10, wanted.size); rank += 1) ideal += 1 / Math.log2(rank + 2);
  return gain / ideal;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
