/**
 * The cluster index: a tree over signals whose leaves are the micro-clusters. The origin learns and publishes
 * it. The edge compiles it once and walks it for every request, with one map look-up a level.
 */
import * as z from "zod/mini";
import {
  OTHER,
  SIGNAL_NAMES,
  tasteGroup,
  textFormsSchema,
  type SignalName,
  type Signals,
  type TextForms,
} from "../signals/signals.ts";
import { generationNumber, instantText } from "../protocol/plausible.ts";
import { CLUSTER_ID, CONTEXT_ID, GENERIC_CLUSTER, PAGE_CONTEXTS } from "../protocol/wire.ts";
import { checkedBy, type Checked, type Issue } from "../protocol/zod-issues.ts";

/**
 * Nodes refer to each other by position. Node 0 is the root, which holds everybody. A parent stands before
 * its children.
 */
export type ClusterNode = {
  readonly id: string;
  /** -1 for the root. */
  readonly parent: number;
  /** Absent on a leaf. */
  readonly split?: {
    readonly signal: SignalName;
    /**
     * Signal value → position of the child. A branch by affinity may also be a taste group, for all its
     * segments without a branch.
     */
    readonly branches: Readonly<Record<string, number>>;
    /** Position of the child for all other values; absent when the node's own page serves them. */
    readonly other?: number;
    /**
     * What people call the values that do not say it themselves. Releases up to 0.1 wrote none, and no values
     * of texts beyond ASCII either.
     */
    readonly texts?: Readonly<Record<string, TextForms>>;
  };
};

export type ClusterIndex = {
  readonly generation: number;
  readonly builtAt: string;
  /** The contexts that pages are built for. */
  readonly contexts?: readonly string[] | undefined;
  readonly nodes: readonly ClusterNode[];
};

/** Far more than the 1,000 clusters that there may be, with their parents. */
const MAX_NODES = 10_000;
/** A branch splits by each of the nine signals at most once, by affinity twice. */
const MAX_DEPTH = 32;
const MAX_VALUE_LENGTH = 256;

const position = z.int().check(z.nonnegative());

const indexSchema = z.object({
  generation: generationNumber,
  builtAt: instantText,
  contexts: z.optional(
    z.array(z.string().check(z.regex(CONTEXT_ID, "must match [a-z0-9-]{1,32}"))).check(
      z.maxLength(64),
      z.refine(
        (contexts) => PAGE_CONTEXTS.every((known) => contexts.includes(known)),
        `must name all of ${PAGE_CONTEXTS.join(", ")}`,
      ),
    ),
  ),
  nodes: z
    .array(
      z.object({
        id: z.string().check(z.regex(CLUSTER_ID, "must match [a-z0-9._-]{1,64}")),
        parent: z.int(),
        split: z.optional(
          z.object({
            signal: z.enum(SIGNAL_NAMES),
            branches: z.record(z.string().check(z.maxLength(MAX_VALUE_LENGTH)), position),
            other: z.optional(position),
            texts: z.optional(z.record(z.string(), textFormsSchema)),
          }),
        ),
      }),
    )
    .check(z.minLength(1), z.maxLength(MAX_NODES)),
});

/**
 * Checks what serving relies on: that the root is everybody, that ids are unique, and that every walk from
 * the root ends, reaches each node by exactly one branch, and climbs back to the root in few steps.
 */
export function parseClusterIndex(value: unknown): Checked<ClusterIndex> {
  const checked = checkedBy(indexSchema, value);
  if (!checked.ok) return checked;
  const index = checked.value as ClusterIndex;
  const issues = treeIssues(index.nodes);
  return issues.length === 0 ? { ok: true, value: index } : { ok: false, issues };
}

function treeIssues(nodes: readonly ClusterNode[]): Issue[] {
  const issues: Issue[] = [];
  const add = (at: number, field: string, reason: string): void => {
    issues.push({ key: `nodes[${at}].${field}`, reason });
  };
  if (nodes[0]?.id !== GENERIC_CLUSTER)
    add(0, "id", `must be ${GENERIC_CLUSTER}, since the root is everybody`);
  const ids = new Set<string>();
  const depths: number[] = [];
  const named = new Uint32Array(nodes.length);
  nodes.forEach(({ id, parent, split }, at) => {
    if (ids.has(id)) add(at, "id", "is the id of an earlier node");
    ids.add(id);
    const isSound = at === 0 ? parent === -1 : parent >= 0 && parent < at;
    if (!isSound)
      add(at, "parent", at === 0 ? "must be -1 for the root" : "must be the position of an earlier node");
    depths.push((depths[parent] ?? -1) + 1);
    if (depths[at] === MAX_DEPTH) add(at, "parent", `makes the tree deeper than ${MAX_DEPTH}`);
    for (const child of split === undefined ? [] : childrenOf(split)) {
      // Every child stands after its parent, so no walk can go in a circle.
      if (child <= at || nodes[child]?.parent !== at)
        add(at, "split", `names ${child}, which is no child of this node`);
      else named[child] = (named[child] ?? 0) + 1;
    }
  });
  named.forEach((times, at) => {
    if (at > 0 && times !== 1)
      add(at, "parent", `must have exactly one branch to this node; it has ${times}`);
  });
  return issues;
}

function childrenOf({ branches, other }: NonNullable<ClusterNode["split"]>): number[] {
  return [...Object.values(branches), ...(other === undefined ? [] : [other])];
}

/** What the edge keeps of a node. */
export type Cluster = {
  readonly id: string;
  readonly parent: Cluster | undefined;
};

type CompiledNode = Cluster & {
  signal: SignalName | undefined;
  branches: Map<string, CompiledNode>;
  /** Whether the branches are values of a release up to 0.1. */
  isFolded: boolean;
  other: CompiledNode | undefined;
};

export type CompiledClusterIndex = {
  readonly generation: number;
  /** The contexts that pages are built for; undefined when the index does not say. */
  readonly contexts: readonly string[] | undefined;
  readonly assign: (signals: Signals) => Cluster;
  readonly byId: (id: string) => Cluster | undefined;
};

export function compileClusterIndex(index: ClusterIndex): CompiledClusterIndex {
  const compiled: CompiledNode[] = [];
  for (const node of index.nodes) {
    compiled.push({
      id: node.id,
      parent: compiled[node.parent],
      signal: node.split?.signal,
      branches: new Map(),
      isFolded: node.split !== undefined && node.split.texts === undefined,
      other: undefined,
    });
  }
  index.nodes.forEach((node, at) => {
    const target = compiled[at];
    if (node.split === undefined || target === undefined) return;
    for (const [value, child] of Object.entries(node.split.branches)) {
      const to = compiled[child];
      if (to !== undefined) target.branches.set(value, to);
    }
    target.other = node.split.other === undefined ? undefined : compiled[node.split.other];
  });
  const root = compiled[0];
  if (root === undefined) throw new RangeError("a cluster index has at least its root");
  const ids = new Map(compiled.map((node) => [node.id, node]));
  return {
    generation: index.generation,
    contexts: index.contexts,
    assign: (signals) => {
      let node = root;
      while (node.signal !== undefined) {
        const next =
          node.branches.get(signals[node.signal]) ??
          groupBranch(node, signals) ??
          foldedBranch(node, signals) ??
          node.other;
        if (next === undefined) break;
        node = next;
      }
      return node;
    },
    byId: (id) => ids.get(id),
  };
}

function groupBranch({ signal, branches }: CompiledNode, { affinity }: Signals): CompiledNode | undefined {
  return signal === "affinity" ? branches.get(tasteGroup(affinity)) : undefined;
}

/** An index of a release up to 0.1 knows texts beyond ASCII by what was left of them. */
function foldedBranch(
  { signal, branches, isFolded }: CompiledNode,
  { texts }: Signals,
): CompiledNode | undefined {
  if (!isFolded || texts === undefined || (signal !== "campaign" && signal !== "event")) return undefined;
  const folded = texts[signal]?.folded;
  return folded === undefined ? undefined : branches.get(folded);
}

/**
 * One condition of a cluster's definition. `value` is `other` for the branch of all values without a branch
 * of their own.
 */
export type Conjunct = {
  readonly signal: SignalName;
  readonly value: string;
  /** What people call the value, where it does not say it itself. */
  readonly forms?: TextForms | undefined;
};

/**
 * Returns the signal values that define node `at`, in the order of {@link SIGNAL_NAMES}; empty for the root.
 */
export function definitionOf(nodes: readonly ClusterNode[], at: number): Conjunct[] {
  const conjuncts: Conjunct[] = [];
  for (let child = at, node = nodes[at]; node !== undefined && node.parent >= 0;) {
    const split = nodes[node.parent]?.split;
    if (split === undefined) break;
    const here = child;
    const value = Object.keys(split.branches).find((key) => split.branches[key] === here) ?? OTHER;
    // A segment already names its group, so the group's own condition would say nothing new.
    if (!conjuncts.some((below) => below.signal === split.signal && below.value !== OTHER)) {
      const forms = value === OTHER ? undefined : split.texts?.[value];
      conjuncts.push({ signal: split.signal, value, ...(forms !== undefined && { forms }) });
    }
    child = node.parent;
    node = nodes[child];
  }
  return conjuncts.toSorted((a, b) => SIGNAL_NAMES.indexOf(a.signal) - SIGNAL_NAMES.indexOf(b.signal));
}

/** Returns text such as `team=ESP, entry=social`; `everybody` for the root. */
export function formatDefinition(conjuncts: readonly Conjunct[]): string {
  if (conjuncts.length === 0) return "everybody";
  return conjuncts.map(({ signal, value, forms }) => `${signal}=${forms?.text ?? value}`).join(", ");
}
