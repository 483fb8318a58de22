/** Which cluster of a grown tree each example lands in, by the walk that the published index makes. Pure. */
import { OTHER } from "@spillway/shared/signals/signals.ts";
import type { Attribute } from "./audience.ts";
import type { GrownNode } from "./grow-tree.ts";
import { codeOf } from "./tree-examples.ts";

const STAYS = -1;

/**
 * Node of each of `examples`; `attributes` may have other users than the tree was grown on, and the same
 * values.
 */
export function assignExamples(
  nodes: readonly GrownNode[],
  attributes: readonly Attribute[],
  examples: Uint32Array,
): Uint32Array {
  const steps = nodes.map(({ split, attribute }) => {
    if (split === undefined || attribute === undefined) return undefined;
    const column = attributes[attribute]!;
    const next = Int32Array.from(column.values, (value) =>
      value === OTHER ? (split.other ?? STAYS) : (split.branches[value] ?? split.other ?? STAYS),
    );
    return { column, next };
  });
  return examples.map((example) => {
    for (let at = 0; ;) {
      const step = steps[at];
      const next = step === undefined ? STAYS : step.next[codeOf(step.column, example)]!;
      if (next === STAYS) return at;
      at = next;
    }
  });
}
