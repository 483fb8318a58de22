/**
 * Grows the cluster index: a predictive clustering tree (Blockeel, De Raedt and Ramon, ICML 1998) over the
 * signals, best first. Pure and deterministic.
 */
import { definitionOf, type ClusterNode } from "@spillway/shared/clusters/cluster-index.ts";
import { NONE, OTHER, TEXT_SIGNALS } from "@spillway/shared/signals/signals.ts";
import type { Attribute } from "./audience.ts";
import { clusterId } from "./cluster-id.ts";
import { effectiveDimensions, splitBy, type Split } from "./split.ts";
import { allExamples, codeOf, momentsOf, spread, type Moments, type TreeAudience } from "./tree-examples.ts";

export type TreeOptions = {
  readonly maxLeaves: number;
  /** A leaf must have so many users to get a page of its own. */
  readonly minMembers: number;
  /**
   * A split must take away at least this share of the whole audience's spread, or it is not worth its pages.
   */
  readonly minGainShare: number;
  /** The last cycle's tree: a split that is still about as good stays as it is. */
  readonly previous?: readonly ClusterNode[] | undefined;
};

export type GrownNode = ClusterNode & {
  readonly moments: Moments;
  /** The weight of the parent's mean in this node's; 0 for the root. */
  readonly priorWeight: number;
  /** The position of the attribute by which the node is split. */
  readonly attribute?: number;
  readonly splitReport?: SplitReport;
};

/** Why a node was split. */
export type SplitReport = {
  /** Share of the whole audience's spread that the split takes away. */
  readonly gainShare: number;
  /** How far beyond chance, in standard deviations. */
  readonly z: number;
};

/**
 * Hysteresis, so that clusters are stable: a split of the last cycle gives way only to one that gains a tenth
 * more, and a value keeps its branch as long as it has three quarters of the members that a new one needs.
 */
const STAYING_BONUS = 1.1;
const STAYING_MEMBERS = 0.75;

type Growing = {
  readonly examples: Uint32Array;
  readonly moments: Moments;
  readonly parent: Growing | undefined;
  readonly value: string;
  /** The position of the same node in the last cycle's tree. */
  readonly before: number | undefined;
  split?: Split;
  children: Growing[];
};
type Candidate = { readonly node: Growing; readonly split: Split; readonly worth: number };

export function growTree(audience: TreeAudience, options: TreeOptions): GrownNode[] {
  const examples = allExamples(audience.known);
  const moments = momentsOf(audience, examples);
  const before = options.previous === undefined ? undefined : 0;
  const root: Growing = { examples, moments, parent: undefined, value: "", before, children: [] };
  const floor = options.minGainShare * spread(moments);
  const open: Candidate[] = [];
  const consider = (node: Growing): void => {
    const candidate = bestSplit(node, audience, options);
    if (candidate !== undefined && candidate.split.gain >= floor) open.push(candidate);
  };
  consider(root);
  let leaves = 1;
  while (open.length > 0) {
    // The most worth comes first; of equals, the one that was found first.
    const best = open.reduce((a, b) => (b.worth > a.worth ? b : a));
    open.splice(open.indexOf(best), 1);
    const added = best.split.children.size - 1;
    if (leaves + added > options.maxLeaves) continue;
    leaves += added;
    best.node.split = best.split;
    best.node.children = childrenOf(best, audience, options.previous);
    best.node.children.forEach(consider);
  }
  return inOrder(root, audience.attributes);
}

function bestSplit(node: Growing, audience: TreeAudience, options: TreeOptions): Candidate | undefined {
  const { examples, moments } = node;
  if (moments.weight === 0) return undefined;
  const used = new Set<number>();
  for (let at: Growing | undefined = node.parent; at !== undefined; at = at.parent)
    if (at.split) used.add(at.split.attribute);
  const last = options.previous?.[node.before ?? -1]?.split;
  const forNew = (): number => options.minMembers;
  const forStaying = (value: string): number =>
    branchOf(last, value) === undefined ? options.minMembers : STAYING_MEMBERS * options.minMembers;
  const task = { audience, examples, moments, degrees: effectiveDimensions(audience, examples, moments) };
  let best: Candidate | undefined;
  audience.attributes.forEach((attribute, at) => {
    if (used.has(at) || (attribute.after !== undefined && !used.has(attribute.after))) return;
    // Only of the split that may stay: others have values of the same name, such as OTHER.
    const mayStay = isSplitBy(last, attribute);
    const split = splitBy({ ...task, minMembers: mayStay ? forStaying : forNew }, at);
    if (split === undefined) return;
    const worth = mayStay ? STAYING_BONUS * split.gain : split.gain;
    if (worth > (best?.worth ?? 0)) best = { node, split, worth };
  });
  return best;
}

function branchOf(split: ClusterNode["split"], value: string): number | undefined {
  return value === OTHER ? split?.other : split?.branches[value];
}

/** Groups and segments of taste are both affinities: their values tell which. */
function isSplitBy(split: ClusterNode["split"], { signal, values }: Attribute): boolean {
  if (split?.signal !== signal) return false;
  return (
    signal !== "affinity" ||
    Object.keys(split.branches).some((value) => value !== NONE && values.includes(value))
  );
}

function childrenOf(
  { node, split }: Candidate,
  audience: TreeAudience,
  previous: TreeOptions["previous"],
): Growing[] {
  const attribute = audience.attributes[split.attribute]!;
  const last = previous?.[node.before ?? -1]?.split;
  const stays = isSplitBy(last, attribute);
  const keyOf = (example: number): string => {
    const value = attribute.values[codeOf(attribute, example)]!;
    return split.children.has(value) ? value : OTHER;
  };
  const byKey = Map.groupBy(node.examples, keyOf);
  return [...split.children]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, moments]) => ({
      examples: Uint32Array.from(byKey.get(value) ?? []),
      moments,
      parent: node,
      value,
      before: stays ? branchOf(last, value) : undefined,
      children: [],
    }));
}

/** Parents before children; children refer to their parents by position, as the published index does. */
function inOrder(root: Growing, attributes: readonly Attribute[]): GrownNode[] {
  const order: Growing[] = [root];
  const positions = new Map<Growing, number>([[root, 0]]);
  for (const node of order) {
    for (const child of node.children) {
      positions.set(child, order.length);
      order.push(child);
    }
  }
  const total = spread(root.moments);
  const nodes = order.map(({ parent, split, children, moments }) => ({
    id: "",
    parent: parent === undefined ? -1 : positions.get(parent)!,
    ...(split !== undefined && {
      split: indexSplit(attributes[split.attribute]!, children, positions),
      attribute: split.attribute,
      splitReport: { gainShare: split.gain / total, z: split.z },
    }),
    moments,
    priorWeight: parent?.split?.priorWeight ?? 0,
  }));
  const taken = new Set<string>();
  return nodes.map((node, at) => {
    const id = clusterId(definitionOf(nodes, at), taken);
    taken.add(id);
    return { ...node, id };
  });
}

function indexSplit(
  { signal, texts }: Attribute,
  children: readonly Growing[],
  positions: ReadonlyMap<Growing, number>,
): NonNullable<ClusterNode["split"]> {
  const branches: Record<string, number> = {};
  let other: number | undefined;
  for (const child of children) {
    const position = positions.get(child)!;
    if (child.value === OTHER) other = position;
    else branches[child.value] = position;
  }
  const split = { signal, branches, ...(other !== undefined && { other }) };
  if (!TEXT_SIGNALS.has(signal)) return split;
  const named = Object.keys(branches).flatMap((value) => {
    const forms = texts?.get(value);
    return forms === undefined ? [] : [[value, forms] as const];
  });
  return { ...split, texts: Object.fromEntries(named) };
}
