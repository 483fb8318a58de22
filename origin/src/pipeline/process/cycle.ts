/**
 * One refresh cycle: fold events, learn, build pages, publish what changed
 * (docs/architecture.md#the-two-flows).
 */
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { unpackTaste } from "@spillway/model/clusters/packed-taste.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import { DEFAULT_SHAPE, type PageShape } from "@spillway/model/pages/carousels.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import { countUsers } from "@spillway/model/profile/histories.ts";
import { unpackModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import { type Database } from "@spillway/store/database.ts";
import { failGeneration, finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { getModel, IMPORTED_MODEL, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import { clockOffsetMs, clusterIndex } from "@spillway/store/state.ts";
import { resolveSuspects } from "../../suspects/resolve-suspects.ts";
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import { buildAndStore } from "../build/build-and-store.ts";
import { groupConfirmed, type CycleReport, type CycleStage } from "./cycle-report.ts";
import { foldNewEvents } from "../ingest/fold-events.ts";
import { updateEngagement } from "../ingest/update-engagement.ts";
import type { Engaged } from "@spillway/model/pages/cluster-lifts.ts";
import { beginsWith, type RefreshState } from "@spillway/model/pages/refresh-state.ts";
import { DEFAULT_TREE, learn } from "@spillway/model/clusters/learn.ts";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { publish } from "../publish/publish.ts";
import { readAudience } from "../ingest/read-audience.ts";
import { train } from "@spillway/model/trainers/train.ts";
import { storeTraining, type Training } from "../learn/stored-training.ts";
import { DEFAULT_TRAIN_CADENCE_MS, trainIfDue } from "@spillway/model/trainers/train-if-due.ts";

const SEED = 1;

export type CycleDeps = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly now: () => number;
  /** As the list of suspects names users; without it no profile is found to be a suspect's. */
  readonly hashUser?: (user: string) => string;
  /** Default: no threads. */
  readonly pool?: WorkerPool;
  readonly shape?: PageShape;
  /** Of the cluster tree; default 1,000. */
  readonly maxLeaves?: number;
  /** Default: by the size of the catalogue. */
  readonly trainer?: TrainerSetting;
  /** A model younger than this is used again. */
  readonly trainCadenceMs?: number;
  readonly onProgress?: (stage: CycleStage, done: number, total: number) => void;
  /** Called before each stage and while pages are built: throws when the lease is lost. */
  readonly heartbeat?: () => void;
  /** What a next cycle can use is in the store with its pages; publishing comes next and may fail. */
  readonly onStored?: (kept: RefreshState, kind: CycleReport["kind"]) => void;
};

/**
 * `kept`: of an earlier cycle of this process. `pagesOnly`: nothing is learned; the urgent refresh after a
 * change of the catalogue.
 */
export type CycleStart = {
  readonly kept?: RefreshState | undefined;
  /** An earlier process's, which is used while it is younger than the cadence. */
  readonly training?: Training | undefined;
  readonly pagesOnly?: boolean;
};

/**
 * Runs one cycle. Throws what went wrong, after recording it; what is published then stays as it is, page by
 * page, and the next cycle writes the rest.
 */
export async function runCycle(
  deps: CycleDeps,
  reason: string,
  start: CycleStart = {},
): Promise<CycleReport> {
  const generation = startGeneration(deps.database, reason, deps.now());
  try {
    const report = await cycle(deps, generation, reason, start);
    finishGeneration(deps.database, generation, report, deps.now());
    return report;
  } catch (error) {
    failGeneration(deps.database, generation, reasonOf(error), deps.now());
    throw error;
  }
}

async function cycle(
  deps: CycleDeps,
  generation: number,
  reason: string,
  { kept: before, training, pagesOnly = false }: CycleStart,
): Promise<CycleReport> {
  const { database, now, pool = inlinePool, shape = DEFAULT_SHAPE } = deps;
  const stages = createStages(deps);
  const startedMs = now();
  const catalogue = allItems(database);
  // Learned from other rows (the demo has gone, say): pages alone would show the wrong items.
  const kept = pagesOnly && before && beginsWith(catalogue, before.learned.itemSeqs) ? before : undefined;
  const learning =
    kept === undefined ? await learnAnew(deps, stages, generation, catalogue, before ?? training) : undefined;
  const { learned, trainedMs } = learning ?? kept!;
  // Learning takes its time: pages are built from the catalogue as it is now.
  const newest = kept === undefined ? allItems(database) : catalogue;
  if (!beginsWith(newest, learned.itemSeqs))
    throw new Error("the catalogue was replaced while it was learned from");
  const built = await stages.run("pages", (onPages) =>
    buildAndStore(
      { database, pool, now, shape, onPages },
      {
        generation,
        catalogue: newest,
        startedMs,
        contentNowMs: now() + clockOffsetMs(database),
        learned,
        engaged: learning?.engaged ?? NOTHING_ENGAGED,
        trainedMs,
        refreshState: kept,
      },
    ),
  );
  const kind = kept === undefined ? "full" : "pages";
  deps.onStored?.(built.refreshState, kind);
  const published = await stages.run("publish", (onProgress) =>
    publish({ database, kv: deps.kv, stored: built.stored, now, onProgress }),
  );
  await built.storeNewItems();
  const { seconds } = stages;
  return {
    ...published,
    generation,
    reason,
    kind,
    eventsFolded: learning?.eventsFolded ?? 0,
    users: learning?.users ?? 0,
    items: newest.length,
    itemsChanged: built.itemsChanged,
    clusters: learned.clusters.filter(({ split }) => split === undefined).length,
    pagesBuilt: built.pagesBuilt,
    pagesChanged: built.pagesChanged,
    pagesKept: built.pagesKept,
    trainer: learned.trainer,
    ...(learning && { training: learning.training }),
    seconds: { ...seconds, learn: seconds.read + seconds.train + seconds.cluster },
    threadSeconds: built.threadSeconds,
    confirmed: groupConfirmed(built.refreshState.confirmedMs),
  };
}

const NOTHING_ENGAGED: Engaged = { now: [], before: [] };

type Learning = {
  readonly engaged: Engaged;
  readonly learned: Learned;
  readonly trainedMs: number;
  readonly training: string;
  readonly eventsFolded: number;
  readonly users: number;
};

async function learnAnew(
  deps: CycleDeps,
  stages: Stages,
  generation: number,
  catalogue: readonly CatalogueEntry[],
  before: Training | undefined,
): Promise<Learning> {
  const { database, now, pool = inlinePool, trainer = "auto", maxLeaves = DEFAULT_TREE.maxLeaves } = deps;
  const offsetMs = clockOffsetMs(database);
  const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));
  const seqOfItem = (id: string): number | undefined => seqs.get(id);
  const { eventsFolded, engaged } = await stages.run("fold", () => {
    const folded = foldNewEvents(database, { seqOfItem, clockOffsetMs: offsetMs }, now());
    // Between the two: a suspect is known by its profile, and its events are no engagement.
    if (deps.hashUser !== undefined) resolveSuspects(database, deps.hashUser, now());
    return { eventsFolded: folded, engaged: updateEngagement(database, seqOfItem, now()) };
  });
  const contentNowMs = now() + offsetMs;
  const audience = await stages.run("read", (onProgress) =>
    readAudience({ database, catalogue, contentNowMs, pool, onProgress }),
  );
  const decision = trainIfDue({
    last: before,
    imported: importedModel(database),
    catalogue,
    nowMs: now(),
    cadenceMs: deps.trainCadenceMs ?? DEFAULT_TRAIN_CADENCE_MS,
  });
  const trained = await stages.run("train", (onProgress) =>
    decision.due
      ? train(audience, catalogue, {
          trainer,
          imported: decision.imported,
          previousTaste: lastTaste(database),
          // One page is everybody's, of whose taste nothing is known.
          maxSegments: maxLeaves - 1,
          minMembers: DEFAULT_TREE.minMembers,
          seed: SEED,
          pool,
          onProgress,
        })
      : decision.trained,
  );
  const trainedMs = decision.due ? now() : decision.trainedMs;
  // At once: a process that is killed after this stage leaves the training to the next one.
  if (decision.due) storeTraining(database, generation, { learned: trained, trainedMs });
  const previous = clusterIndex(database)?.index.nodes;
  const learned = await stages.run("cluster", (onProgress) =>
    learn(audience, catalogue, trained, { ...DEFAULT_TREE, maxLeaves, pool, previous, onProgress }),
  );
  return {
    engaged,
    learned,
    trainedMs,
    training: `${decision.reason}; ${trained.why}`,
    eventsFolded,
    users: countUsers(audience.histories),
  };
}

function importedModel(database: Database): ItemModel | undefined {
  const packed = getModel(database, IMPORTED_MODEL)?.packed;
  return packed && unpackModel(packed);
}

/** Of the newest training, whichever process did it: segments stay what they were where they still hold. */
function lastTaste(database: Database): Taste | undefined {
  const packed = getModel(database, TASTE_MODEL)?.packed;
  return packed && unpackTaste(packed);
}

type Progress = (done: number, total: number) => void;

type Stages = {
  readonly seconds: Record<CycleStage, number>;
  readonly run: <Result>(
    name: CycleStage,
    work: (onProgress: Progress) => Result | Promise<Result>,
  ) => Promise<Result>;
};

/** Times each stage, tells its progress and keeps the lease alive. */
function createStages({ onProgress, heartbeat }: CycleDeps): Stages {
  const seconds = { fold: 0, read: 0, train: 0, cluster: 0, pages: 0, publish: 0 };
  return {
    seconds,
    run: async (name, work) => {
      let told = false;
      const tell: Progress = (done, total) => {
        told = done === total;
        heartbeat?.();
        onProgress?.(name, done, total);
      };
      tell(0, 1);
      const startMs = performance.now();
      const result = await work(tell);
      seconds[name] = Math.round(performance.now() - startMs) / 1000;
      if (!told) onProgress?.(name, 1, 1);
      return result;
    },
  };
}
