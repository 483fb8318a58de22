/** One refresh cycle: fold events, learn, build pages, publish what changed (DESIGN §3). */
import type { ClusterIndex } from "@spillway/shared/cluster-index.ts";
import { definitionOf } from "@spillway/shared/cluster-index.ts";
import { packModel } from "../ranking/model.ts";
import { packScores } from "../ranking/scores.ts";
import { CONTEXTS } from "../ranking/shelves.ts";
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import type { KvNamespace } from "../kv/kv-namespace.ts";
import { replaceClusters, type ClusterRow } from "../store/clusters.ts";
import { transact, type Database } from "../store/database.ts";
import { failGeneration, finishGeneration, startGeneration } from "../store/generations.ts";
import { allItems } from "../store/items.ts";
import { putModel } from "../store/models.ts";
import { iteratePageKeys, putPages, type PageRow } from "../store/pages.ts";
import { iterateProfiles } from "../store/profiles.ts";
import {
  clockOffsetMs,
  clusterIndex,
  putAffinityShares,
  putClusterIndex,
  type StoredIndex,
} from "../store/state.ts";
import { toProfile } from "../store/stored-profile.ts";
import { allClusterScores, buildPages, contentHash } from "./build-pages.ts";
import { foldNewEvents } from "./fold-events.ts";
import { DEFAULT_TREE, extendModel, learn, type Learned } from "./learn.ts";
import { publish, type PublishReport } from "./publish.ts";

/** The name of the item–item model in the store. */
export const MODEL_NAME = "item-item";

const TREE_SEED = 1;

export type CycleStage = "fold" | "learn" | "pages" | "publish";

export type CycleReport = PublishReport & {
  readonly generation: number;
  readonly reason: string;
  /** Learned anew, or pages alone with what the last cycle learned. */
  readonly kind: "full" | "pages";
  readonly eventsFolded: number;
  readonly users: number;
  readonly items: number;
  readonly clusters: number;
  readonly pagesBuilt: number;
  readonly pagesChanged: number;
  readonly seconds: Readonly<Record<CycleStage, number>>;
};

export type CycleDeps = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly now: () => number;
  readonly onProgress?: (stage: CycleStage, done: number, total: number) => void;
  /** Called before each stage and while pages are built: throws when the lease is lost. */
  readonly heartbeat?: () => void;
};

export type CycleResult = { readonly report: CycleReport; readonly learned: Learned };

/**
 * Runs one cycle. With `known`, what an earlier cycle learned is kept and only the pages are built anew: the urgent
 * refresh after a change of the catalogue. Throws what went wrong, after recording it; what is published then stays as it
 * is, page by page, and the next cycle writes the rest.
 */
export async function runCycle(deps: CycleDeps, reason: string, known?: Learned): Promise<CycleResult> {
  const generation = startGeneration(deps.database, reason, deps.now());
  try {
    const result = await cycle(deps, generation, reason, known);
    finishGeneration(deps.database, generation, result.report, deps.now());
    return result;
  } catch (error) {
    failGeneration(
      deps.database,
      generation,
      error instanceof Error ? error.message : String(error),
      deps.now(),
    );
    throw error;
  }
}

async function cycle(
  deps: CycleDeps,
  generation: number,
  reason: string,
  known: Learned | undefined,
): Promise<CycleResult> {
  const { database, now } = deps;
  const seconds = { fold: 0, learn: 0, pages: 0, publish: 0 };
  const stage = async <Result>(name: CycleStage, work: () => Result | Promise<Result>): Promise<Result> => {
    deps.heartbeat?.();
    deps.onProgress?.(name, 0, 1);
    const startedMs = performance.now();
    const result = await work();
    seconds[name] = Math.round(performance.now() - startedMs) / 1000;
    deps.onProgress?.(name, 1, 1);
    return result;
  };

  const catalogue = allItems(database);
  const offsetMs = clockOffsetMs(database);
  const contentNowMs = now() + offsetMs;
  const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));
  const eventsFolded = known
    ? 0
    : await stage("fold", () =>
        foldNewEvents(database, { seqOfItem: (id) => seqs.get(id), clockOffsetMs: offsetMs }, now()),
      );
  let users = 0;
  const learned = await stage("learn", () => {
    // Learned from other rows (the demo has gone, say): pages alone would show the wrong items.
    if (known !== undefined && isPrefix(known.itemSeqs, catalogue)) return known;
    const profiles = Array.from(iterateProfiles(database), toProfile);
    users = profiles.length;
    return learn(catalogue, profiles, { ...DEFAULT_TREE, seed: TREE_SEED, nowMs: contentNowMs });
  });
  const built = await stage("pages", () => buildAndStore(deps, generation, catalogue, learned, contentNowMs));
  const published = await stage("publish", () =>
    publish({
      database,
      kv: deps.kv,
      stored: built.stored,
      now,
      onProgress: (done, total) => {
        deps.heartbeat?.();
        deps.onProgress?.("publish", done, total);
      },
    }),
  );
  return {
    learned,
    report: {
      ...published,
      generation,
      reason,
      kind: learned === known ? "pages" : "full",
      eventsFolded,
      users,
      items: catalogue.length,
      clusters: learned.clusters.filter(({ split }) => split === undefined).length,
      pagesBuilt: built.pagesBuilt,
      pagesChanged: built.pagesChanged,
      seconds,
    },
  };
}

function isPrefix(itemSeqs: Uint32Array, catalogue: readonly CatalogueRow[]): boolean {
  return itemSeqs.length <= catalogue.length && itemSeqs.every((seq, row) => catalogue[row]?.seq === seq);
}

type Built = { readonly stored: StoredIndex; readonly pagesBuilt: number; readonly pagesChanged: number };

/** Pages into the store first, then in one transaction the index, the clusters and the model that go with them. */
async function buildAndStore(
  deps: CycleDeps,
  generation: number,
  catalogue: readonly CatalogueRow[],
  learned: Learned,
  contentNowMs: number,
): Promise<Built> {
  const { database, now } = deps;
  const model = extendModel(catalogue, learned);
  const scores = allClusterScores(learned.clusters, model);
  const hashes = new Map(
    Array.from(iteratePageKeys(database), ({ context, cluster, contentHash: hash }) => [
      `${context}:${cluster}`,
      hash,
    ]),
  );
  const total = learned.clusters.length * CONTEXTS.length;
  const builtMs = now();
  let pagesBuilt = 0;
  let pagesChanged = 0;
  let changed: PageRow[] = [];
  const flush = async (): Promise<void> => {
    putPages(database, changed);
    pagesChanged += changed.length;
    changed = [];
    deps.heartbeat?.();
    deps.onProgress?.("pages", pagesBuilt, total);
    // Lets signals and messages in: this process also has to stop when it is told to.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const page of buildPages(learned.clusters, (at) => scores[at]!, catalogue, contentNowMs)) {
    pagesBuilt += 1;
    if (hashes.get(`${page.context}:${page.cluster}`) !== page.contentHash)
      changed.push({ ...page, generation, builtMs });
    if (changed.length === 200 || pagesBuilt % 1000 === 0) await flush();
  }
  await flush();

  const nodes = learned.clusters.map(({ id, parent, split }) => ({
    id,
    parent,
    ...(split !== undefined && { split }),
  }));
  const hash = contentHash(JSON.stringify([nodes, CONTEXTS]));
  const before = clusterIndex(database);
  const index: ClusterIndex = {
    generation,
    builtAt: new Date(builtMs).toISOString(),
    contexts: CONTEXTS,
    nodes,
  };
  const stored = before?.hash === hash ? before : { index, hash };
  transact(database, () => {
    if (stored !== before) putClusterIndex(database, stored, builtMs);
    replaceClusters(database, clusterRows(learned, scores, model.itemSeqs));
    putAffinityShares(database, learned.shares, builtMs);
    putModel(database, MODEL_NAME, generation, packModel(model));
  });
  return { stored, pagesBuilt, pagesChanged };
}

function clusterRows(
  { clusters }: Learned,
  scores: readonly Float32Array[],
  itemSeqs: Uint32Array,
): ClusterRow[] {
  return clusters.map(({ id, parent, split, members, gain }, position) => ({
    position,
    id,
    parent: clusters[parent]?.id ?? null,
    definition: JSON.stringify(definitionOf(clusters, position)),
    leaf: split === undefined,
    members,
    gain,
    scores: packScores(scores[position]!, itemSeqs),
  }));
}
