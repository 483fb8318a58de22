/** The test users: what they are known by, how much of that the edge knows, and what they want. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import type { EvaluationData } from "../read-interactions.ts";
import type { TestUser } from "./measure.ts";

/** `history`: so many titles are known at the edge, drawn by the `seed`; undefined: all. */
type KnownPart = { readonly history?: number; readonly seed: number };

export function testUsersOf(data: EvaluationData, { history: most, seed }: KnownPart): TestUser[] {
  const draw = seededRandom(seed);
  return data.users.flatMap(({ test, items, heldOut }) => {
    const history = items.filter((_, at) => heldOut[at] === 0);
    const wanted = new Set(items.filter((_, at) => heldOut[at] === 1));
    if (!test || history.length === 0 || wanted.size === 0) return [];
    return [{ history, known: drawn(history, most ?? history.length, draw), wanted }];
  });
}

/**
 * `count` of the items, drawn by chance, as if they were the newest: nobody knows the times.
 */
function drawn(items: Uint32Array, count: number, draw: () => number): Uint32Array {
  if (count >= items.length) return items;
  const left = Array.from(items);
  return Uint32Array.from({ length: count }, () => left.splice(Math.floor(draw() * left.length), 1)[0] ?? 0);
}
