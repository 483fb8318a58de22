/** The kinds of kill points, and a seeded order in which each comes as often as the others. */
import type { Random } from "@spillway/demo/random.ts";

export const KINDS = {
  "origin-before-commit": "origin killed between receipt and commit",
  "origin-mid-transaction": "origin killed in the middle of a batch's transaction",
  "origin-before-answer": "origin killed between commit and answer",
  "consumer-before-ack": "consumer killed between commit and acknowledgement",
  "edge-after-202": "edge killed after its 202",
  "pipeline-mid-fold": "pipeline killed in the middle of a fold, while it writes profiles",
  "pipeline-end-of-fold": "pipeline killed at the end of a fold, while it moves its cursor",
  everything: "origin, pipeline and edge killed at once",
  "disk-full": "disk full",
  "sqlite-busy": "SQLite locked by another process",
  "queue-throws": "queue send throws",
  "queue-takes-and-throws": "queue takes a batch and throws all the same",
  "queue-and-origin-gone": "queue send throws while the origin is down",
  "clock-steps": "clocks of edge and devices step",
  "duplicated-reordered": "batches delivered three times, out of order",
  "poison-message": "poison message among good ones",
} as const;
export type Kind = keyof typeof KINDS;

/** Rounds of all kinds, each round in an order of its own. */
export function planKills(kills: number, kinds: readonly Kind[], random: Random): Kind[] {
  const plan: Kind[] = [];
  while (plan.length < kills) {
    const round = kinds.map((kind) => ({ kind, place: random.next() })).toSorted((a, b) => a.place - b.place);
    plan.push(...round.map(({ kind }) => kind));
  }
  return plan.slice(0, kills);
}
