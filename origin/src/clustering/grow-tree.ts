/**
 * Grows the cluster index: a predictive clustering tree (Blockeel, De Raedt and Ramon, ICML 1998) over the signals, best
 * first. Pure and deterministic.
 */
import type { ClusterNode } from "@spillway/shared/cluster-index.ts";
import { OTHER, SIGNAL_NAMES, type SignalName } from "@spillway/shared/signals.ts";
import type { AudienceRow } from "./audience.ts";
import { clusterId } from "./cluster-id.ts";
import {
  effectiveDimensions,
  momentsOf,
  splitBy,
  spread,
  type Moments,
  type Sketches,
  type Split,
} from "./split.ts";

export type TreeOptions = {
  readonly maxLeaves: number;
  /** Users a leaf must have to get a page of its own. */
  readonly minMembers: number;
  /** A split must take away at least this share of the whole audience's spread, or it is not worth its pages. */
  readonly minGainShare: number;
};

export type GrownNode = ClusterNode & {
  readonly rows: readonly AudienceRow[];
  readonly moments: Moments;
};

type Growing = {
  rows: readonly AudienceRow[];
  moments: Moments;
  parent: Growing | undefined;
  value: string;
  split?: Split;
  children: Growing[];
};
type Candidate = { readonly node: Growing; readonly split: Split };

export function growTree(
  rows: readonly AudienceRow[],
  sketches: Sketches,
  options: TreeOptions,
): GrownNode[] {
  const root: Growing = {
    rows,
    moments: momentsOf(rows, sketches),
    parent: undefined,
    value: "",
    children: [],
  };
  const floor = options.minGainShare * spread(root.moments);
  const open: Candidate[] = [];
  const consider = (node: Growing): void => {
    const split = bestSplit(node, sketches, options.minMembers);
    if (split !== undefined && split.gain >= floor) open.push({ node, split });
  };
  consider(root);
  let leaves = 1;
  while (open.length > 0) {
    // The largest gain first; equal gains in the order in which they were found.
    const best = open.reduce((a, b) => (b.split.gain > a.split.gain ? b : a));
    open.splice(open.indexOf(best), 1);
    const added = best.split.children.size - 1;
    if (leaves + added > options.maxLeaves) continue;
    leaves += added;
    best.node.split = best.split;
    best.node.children = [...best.split.children]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([value, own]) => ({
        rows: own,
        moments: momentsOf(own, sketches),
        parent: best.node,
        value,
        children: [],
      }));
    best.node.children.forEach(consider);
  }
  return inOrder(root);
}

function bestSplit(node: Growing, sketches: Sketches, minMembers: number): Split | undefined {
  if (node.moments.weight === 0) return undefined;
  const used = new Set<SignalName>();
  for (let at: Growing | undefined = node.parent; at !== undefined; at = at.parent)
    if (at.split) used.add(at.split.signal);
  const degrees = effectiveDimensions(node.moments, sketches);
  let best: Split | undefined;
  for (const signal of SIGNAL_NAMES) {
    if (used.has(signal)) continue;
    const split = splitBy(signal, node.moments, sketches, minMembers, degrees);
    if (split !== undefined && split.gain > (best?.gain ?? 0)) best = split;
  }
  return best;
}

/** Parents before children; children refer to their parents by position, as the published index does. */
function inOrder(root: Growing): GrownNode[] {
  const order: Growing[] = [root];
  const positions = new Map<Growing, number>([[root, 0]]);
  for (let at = 0; at < order.length; at += 1) {
    for (const child of order[at]!.children) {
      positions.set(child, order.length);
      order.push(child);
    }
  }
  const ids = new Set<string>();
  return order.map((node) => {
    const { split } = node;
    const branches: Record<string, number> = {};
    let other: number | undefined;
    for (const child of node.children) {
      const position = positions.get(child)!;
      if (child.value === OTHER) other = position;
      else branches[child.value] = position;
    }
    const id = clusterId(conjunctsOf(node), ids);
    ids.add(id);
    return {
      id,
      parent: node.parent === undefined ? -1 : positions.get(node.parent)!,
      ...(split !== undefined && {
        split: { signal: split.signal, branches, ...(other !== undefined && { other }) },
      }),
      rows: node.rows,
      moments: node.moments,
    };
  });
}

function conjunctsOf(node: Growing): { signal: SignalName; value: string }[] {
  const conjuncts = [];
  for (let at = node; at.parent?.split !== undefined; at = at.parent) {
    conjuncts.push({ signal: at.parent.split.signal, value: at.value });
  }
  return conjuncts;
}
