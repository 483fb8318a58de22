/** The shipped cluster tree, grown on visits: which page a visit's signals lead to. */
import type { Attribute } from "@spillway/model/clusters/audience.ts";
import { assignExamples } from "@spillway/model/clusters/assign-examples.ts";
import { growTree } from "@spillway/model/clusters/grow-tree.ts";
import { DEFAULT_TREE } from "@spillway/model/clusters/learn.ts";
import { TASTE_DIMENSIONS } from "@spillway/model/clusters/taste-basis.ts";
import { REQUEST_SIGNALS } from "../cold/compare-rows.ts";
import type { RequestSignal, Visits } from "./visit-table.ts";

/** One model's division of all visits. Node 0 is everybody; a parent stands before its children. */
export type Division = {
  readonly parents: Int32Array;
  /** How many visits the parent's page counts for in a node's own. */
  readonly priors: Float64Array;
  /** By visit. */
  readonly nodeOf: Uint32Array;
};

/**
 * The tree is grown on at most so many visits, as in a refresh cycle (model/src/clusters/learn-clusters.ts).
 */
const TREE_VISITS = 100_000;

export function everybody(visits: Visits): Division {
  return {
    parents: Int32Array.of(-1),
    priors: Float64Array.of(0),
    nodeOf: new Uint32Array(visits.timesS.length),
  };
}

/** Learned from the first `until` visits by the signals named; all visits are assigned. */
export function divisionBy(signals: readonly RequestSignal[], visits: Visits, until: number): Division {
  const attributes = signals.map((signal): Attribute => ({
    ...visits.signals[signal],
    signal,
    inRequest: true,
  }));
  const stride = Math.max(1, Math.ceil(until / TREE_VISITS));
  const sample = Uint32Array.from({ length: Math.floor(until / stride) }, (_, at) => at * stride);
  const nodes = growTree(
    {
      attributes: attributes.map((attribute) => ({
        ...attribute,
        codes: sample.map((at) => attribute.codes[at]!),
      })),
      visits: new Uint8Array(sample.length).fill(1),
      sketches: sketchesOf(sample.map((at) => visits.items[at]!)),
      hasSketch: new Uint8Array(sample.length).fill(1),
      known: new Uint8Array(sample.length),
    },
    { ...DEFAULT_TREE, minMembers: Math.max(1, DEFAULT_TREE.minMembers / stride) },
  );
  // Each visit is an example of which only the request is known: an even number.
  const examples = Uint32Array.from(visits.timesS, (_, at) => 2 * at);
  return {
    parents: Int32Array.from(nodes, ({ parent }) => parent),
    priors: Float64Array.from(nodes, ({ priorWeight }) => priorWeight),
    nodeOf: assignExamples(nodes, attributes, examples),
  };
}

export const ALL_SIGNALS: readonly RequestSignal[] = REQUEST_SIGNALS;

/**
 * The taste of a visit is its one item, as a random direction of length 1: two items' directions are nearly
 * at right angles, so differences of their shares are kept (D. Achlioptas, "Database-friendly random
 * projections", 2003).
 */
function sketchesOf(items: Uint32Array): Float32Array {
  const length = 1 / Math.sqrt(TASTE_DIMENSIONS);
  const sketches = new Float32Array(items.length * TASTE_DIMENSIONS);
  items.forEach((item, at) => {
    for (let half = 0; half < TASTE_DIMENSIONS / 32; half += 1) {
      const bits = mixed(2 * item + half);
      const from = at * TASTE_DIMENSIONS + 32 * half;
      for (let bit = 0; bit < 32; bit += 1)
        sketches[from + bit] = ((bits >>> bit) & 1) === 1 ? length : -length;
    }
  });
  return sketches;
}

/** MurmurHash3's finalizer: each bit of the result depends on all of the number's. */
function mixed(number: number): number {
  let bits = Math.imul(number + 1, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
