/** Which cluster of a grown tree each row of the audience lands in, by the walk that the published index makes. Pure. */
import { OTHER } from "@spillway/shared/signals/signals.ts";
import type { Attribute } from "./audience.ts";
import type { GrownNode } from "./grow-tree.ts";
import { codeOf } from "./tree-audience.ts";

const STAYS = -1;

/** Node of each of `rows`; `attributes` may have other users than the tree was grown on, and the same values. */
export function assignRows(
  nodes: readonly GrownNode[],
  attributes: readonly Attribute[],
  rows: Uint32Array,
): Uint32Array {
  const steps = nodes.map(({ split, attribute }) => {
    if (split === undefined || attribute === undefined) return undefined;
    const column = attributes[attribute]!;
    const next = Int32Array.from(column.values, (value) =>
      value === OTHER ? (split.other ?? STAYS) : (split.branches[value] ?? split.other ?? STAYS),
    );
    return { column, next };
  });
  return rows.map((row) => {
    for (let at = 0; ;) {
      const step = steps[at];
      const next = step === undefined ? STAYS : step.next[codeOf(step.column, row)]!;
      if (next === STAYS) return at;
      at = next;
    }
  });
}

/** Distinct users whom the assignment puts into each cluster or one below it, as they are known or as strangers. */
export function countMembers(
  nodes: readonly GrownNode[],
  rows: Uint32Array,
  assigned: Uint32Array,
): Uint32Array {
  const members = new Uint32Array(nodes.length);
  const lastUser = new Int32Array(nodes.length).fill(-1);
  rows.forEach((row, at) => {
    const user = row >> 1;
    // A user's rows follow one another: where the first has been, the second counts no more, nor in any parent.
    for (let node = assigned[at]!; node >= 0 && lastUser[node] !== user; node = nodes[node]!.parent) {
      lastUser[node] = user;
      members[node]! += 1;
    }
  });
  return members;
}
