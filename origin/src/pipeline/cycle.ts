/** One refresh cycle: fold events, learn, build pages, publish what changed (DESIGN §3). */
import type { CatalogueRow } from "../ranking/catalogue-row.ts";
import type { KvNamespace } from "../kv/kv-namespace.ts";
import type { Database } from "../store/database.ts";
import { failGeneration, finishGeneration, startGeneration } from "../store/generations.ts";
import { allItems } from "../store/items.ts";
import { iterateProfiles } from "../store/profiles.ts";
import { clockOffsetMs } from "../store/state.ts";
import { toProfile } from "../store/stored-profile.ts";
import { buildAndStore } from "./build-and-store.ts";
import { foldNewEvents } from "./fold-events.ts";
import { DEFAULT_TREE, learn, type Learned } from "./learn.ts";
import { publish, type PublishReport } from "./publish.ts";

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
  /** What was learned (anew, or as it was known) is in the store with its pages; publishing comes next and may fail. */
  readonly onStored?: (learned: Learned, generation: number, anew: boolean) => void;
};

/**
 * Runs one cycle. With `known`, what an earlier cycle learned is kept and only the pages are built anew: the urgent
 * refresh after a change of the catalogue. Throws what went wrong, after recording it; what is published then stays as it
 * is, page by page, and the next cycle writes the rest.
 */
export async function runCycle(deps: CycleDeps, reason: string, known?: Learned): Promise<CycleReport> {
  const generation = startGeneration(deps.database, reason, deps.now());
  try {
    const report = await cycle(deps, generation, reason, known);
    finishGeneration(deps.database, generation, report, deps.now());
    return report;
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
): Promise<CycleReport> {
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

  const beat = (name: CycleStage) => (done: number, total: number) => {
    deps.heartbeat?.();
    deps.onProgress?.(name, done, total);
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
  const built = await stage("pages", () =>
    buildAndStore({ database, now, onPages: beat("pages") }, generation, catalogue, learned, contentNowMs),
  );
  deps.onStored?.(learned, generation, learned !== known);
  const published = await stage("publish", () =>
    publish({
      database,
      kv: deps.kv,
      stored: built.stored,
      now,
      onProgress: beat("publish"),
    }),
  );
  return {
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
  };
}

function isPrefix(itemSeqs: Uint32Array, catalogue: readonly CatalogueRow[]): boolean {
  return itemSeqs.length <= catalogue.length && itemSeqs.every((seq, row) => catalogue[row]?.seq === seq);
}
