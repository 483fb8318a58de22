/** One cycle's learning: users and catalogue → model, cluster tree, mean histories. Pure; the cycle does the I/O. */
import { compileClusterIndex, type Cluster } from "@spillway/shared/cluster-index.ts";
import { NO_SIGNALS, type Signals } from "@spillway/shared/signals.ts";
import { rowsOfUser, type AudienceRow } from "../clustering/audience.ts";
import { growTree, type GrownNode, type TreeOptions } from "../clustering/grow-tree.ts";
import { gainOverParent, meanHistories } from "../clustering/means.ts";
import { sketch, sketchBasis, SKETCH_DIMENSIONS } from "../clustering/sketch.ts";
import { trainCosine, type Interactions } from "../ranking/cosine.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import { withColdItems } from "../ranking/cold-items.ts";
import { historyVector, modelFromColumns, type ItemModel, type ModelColumn } from "../ranking/model.ts";
import {
  addAffinities,
  affinityShares,
  profileSignals,
  traitsOf,
  type AffinityShares,
} from "../profile/profile-signals.ts";
import { PLAY_WEIGHT, type HistoryEntry } from "../profile/history.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type LearningUser = {
  readonly history: readonly HistoryEntry[];
  readonly signals: Signals | undefined;
  readonly visits: number;
};

export type LearnedCluster = Omit<GrownNode, "rows" | "moments"> & {
  readonly members: number;
  readonly gain: number;
  /** By row of the catalogue that was learned from. */
  readonly meanHistory: Float32Array;
};

/** What outlives the cycle, so that an urgent refresh need not learn again. */
export type Learned = {
  /** Co-occurrence columns and plays by row of the catalogue that was learned from. */
  readonly columns: readonly ModelColumn[];
  readonly plays: Uint32Array;
  readonly itemSeqs: Uint32Array;
  readonly clusters: readonly LearnedCluster[];
  readonly shares: AffinityShares;
};

export type LearnOptions = TreeOptions & { readonly seed: number; readonly nowMs: number };

export const DEFAULT_TREE: TreeOptions = { maxLeaves: 1000, minMembers: 12, minGainShare: 2e-6 };

/** Shrinkage 20 and 200 weights a target: DESIGN §7. */
const COSINE = { shrinkage: 20, perColumn: 200 };

export function learn(
  catalogue: readonly CatalogueRow[],
  users: readonly LearningUser[],
  options: LearnOptions,
): Learned {
  const itemSeqs = Uint32Array.from(catalogue, ({ seq }) => seq);
  const rowOf = new Map(catalogue.map(({ seq }, row) => [seq, row]));
  const interactions = interactionsOf(users, rowOf);
  const plays = new Uint32Array(catalogue.length);
  for (const row of interactions.rows) plays[row]! += 1;
  const columns = trainCosine(interactions, { ...COSINE, items: catalogue.length });
  const model = extendModel(catalogue, { columns, plays, itemSeqs });

  const traits = new Map(catalogue.map(({ seq, item }) => [seq, traitsOf(item)]));
  const traitsBySeq = (seq: number): ReturnType<typeof traitsOf> | undefined => traits.get(seq);
  const sums = new Map<string, number>();
  for (const { history } of users) addAffinities(sums, history, traitsBySeq);
  const shares = affinityShares(sums);

  const histories = users.map(({ history }) => historyVector(history, model, options.nowMs));
  const basis = sketchBasis(model, seededRandom(options.seed));
  const sketches = new Float32Array(users.length * SKETCH_DIMENSIONS);
  const rows: AudienceRow[] = users.flatMap(({ history, signals, visits }, user) => {
    const at = user * SKETCH_DIMENSIONS;
    const told = sketch(basis, histories[user]!, sketches, at);
    const known = {
      ...(signals ?? NO_SIGNALS),
      ...profileSignals(history, traitsBySeq, shares, options.nowMs),
    };
    return rowsOfUser(user, known, visits, told ? at : -1);
  });

  const nodes = growTree(rows, { dimensions: SKETCH_DIMENSIONS, values: sketches }, options);
  const means = meanHistories(nodes, histories, catalogue.length);
  const members = countMembers(nodes, rows);
  return {
    columns,
    plays,
    itemSeqs,
    shares,
    clusters: nodes.map(({ rows: _rows, moments: _moments, ...node }, at) => ({
      ...node,
      members: members.get(node.id) ?? 0,
      gain: gainOverParent(nodes, at),
      meanHistory: means[at]!,
    })),
  };
}

/**
 * The model for today's catalogue: co-occurrences as learned, content similarity for what is new or rarely played. Rows
 * learned from must be the first rows of `catalogue`.
 */
export function extendModel(
  catalogue: readonly CatalogueRow[],
  learned: Pick<Learned, "columns" | "plays" | "itemSeqs">,
): ItemModel {
  const plays = new Uint32Array(catalogue.length);
  plays.set(learned.plays.subarray(0, catalogue.length));
  const columns = withColdItems(
    catalogue.map(({ item }) => item),
    plays,
    learned.columns,
  );
  return modelFromColumns(
    Uint32Array.from(catalogue, ({ seq }) => seq),
    columns,
  );
}

function interactionsOf(users: readonly LearningUser[], rowOf: ReadonlyMap<number, number>): Interactions {
  const starts = new Uint32Array(users.length + 1);
  const rows: number[] = [];
  users.forEach(({ history }, user) => {
    for (const { item, weight } of history) {
      const row = rowOf.get(item);
      if (row !== undefined && weight >= PLAY_WEIGHT) rows.push(row);
    }
    starts[user + 1] = rows.length;
  });
  return { starts, rows: Uint32Array.from(rows) };
}

/** Users whom the shipped assignment puts into each cluster, or one below it, as they are known or as strangers. */
function countMembers(nodes: readonly GrownNode[], rows: readonly AudienceRow[]): Map<string, number> {
  const index = compileClusterIndex({ generation: 0, builtAt: "", nodes });
  const users = new Map<string, Set<number>>();
  for (const { user, signals } of rows) {
    for (let at: Cluster | undefined = index.assign(signals); at !== undefined; at = at.parent) {
      const known = users.get(at.id);
      if (known === undefined) users.set(at.id, new Set([user]));
      else known.add(user);
    }
  }
  return new Map([...users].map(([id, own]) => [id, own.size]));
}
