/**
 * One refresh cycle: fold events, learn, build pages, publish what changed
 * (docs/architecture.md#the-two-flows).
 */
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { DEFAULT_SHAPE, type PageShape } from "@spillway/model/pages/carousels.ts";
import { beginsWith } from "@spillway/model/pages/refresh-state.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { failGeneration, finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { pruneEvents } from "@spillway/store/events/retention.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import { buildAndStore, type Built } from "../build/build-and-store.ts";
import { learnOrFollow, type CycleState } from "../learn/follow-audience.ts";
import type { LearnDeps, Learning } from "../learn/learn-anew.ts";
import type { Training } from "../learn/stored-training.ts";
import type { PackReport } from "../publish/publish-packs.ts";
import type { PublishReport } from "../publish/publish.ts";
import { groupConfirmed, type CycleReport } from "./cycle-report.ts";
import { publishAll } from "./publish-all.ts";
import { createStages, type StageCallbacks, type Stages } from "./stages.ts";

export type CycleDeps = LearnDeps &
  StageCallbacks & {
    readonly kv: KvNamespace;
    readonly shape?: PageShape;
    /**
     * Events that arrived so many days ago are deleted once they are folded; by default, and with 0, none.
     */
    readonly eventsDays?: number;
    /**
     * Called once a next cycle can use this cycle's state: its pages are stored. Publishing comes next, and
     * may fail.
     */
    readonly onStored?: (state: CycleState, kind: CycleReport["kind"]) => void;
  };

export type CycleStart = {
  /** What an earlier cycle of this process left. */
  readonly refreshState?: CycleState | undefined;
  /** The training of an earlier process. Without it and without a refresh state, a full cycle trains. */
  readonly training?: Training | undefined;
  /** For the urgent refresh after a change of the catalogue: nothing is learned, and only pages are built. */
  readonly pagesOnly?: boolean;
};

/**
 * Runs one cycle. When it fails, it records the error and throws it. Each published page stays as it is then,
 * and the next cycle writes the rest.
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
    if (deps.signal?.aborted !== true) failGeneration(deps.database, generation, reasonOf(error), deps.now());
    throw error;
  }
}

async function cycle(
  deps: CycleDeps,
  generation: number,
  reason: string,
  { refreshState: before, training, pagesOnly = false }: CycleStart,
): Promise<CycleReport> {
  const { database, now, pool = inlinePool, shape = DEFAULT_SHAPE } = deps;
  const stages = createStages(deps);
  const startedMs = now();
  const catalogue = allItems(database);
  // After the catalogue was replaced, the rows of the last cycle are other items, and everything is learned
  // anew.
  const isReusable = pagesOnly && before !== undefined && beginsWith(catalogue, before.learned.itemSeqs);
  const learning = isReusable
    ? undefined
    : await learnOrFollow(deps, stages, generation, catalogue, before, training);
  const refreshState = learning === undefined || learning.moved !== undefined ? before : undefined;
  const { learned, trainedMs } = learning ?? refreshState!;
  // Learning may take minutes, so that pages are built from the catalogue as it is now.
  const newest = refreshState === undefined ? allItems(database) : catalogue;
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
        engagement: learning?.engagement,
        trainedMs,
        refreshState,
        moved: learning?.moved,
      },
    ),
  );
  const kind = learning === undefined ? "pages" : learning.moved === undefined ? "full" : "followed";
  const live = learning?.live ?? before?.live;
  live?.pending.fill(0);
  deps.onStored?.({ ...built.refreshState, ...(live && { live }) }, kind);
  const { published, packs } = await publishAll(deps, stages, { built, learned, catalogue: newest, live });
  await built.storeNewItems();
  const eventsPruned = learning === undefined ? 0 : prune(deps);
  return toReport({
    generation,
    reason,
    kind,
    items: newest.length,
    stages,
    learning,
    learned,
    built,
    published,
    packs,
    eventsPruned,
  });
}

/** A cycle deletes for so long at most; the next one goes on. */
const PRUNE_MS = 2000;

function prune({ database, now, heartbeat, eventsDays = 0 }: CycleDeps): number {
  if (eventsDays === 0) return 0;
  const endsMs = performance.now() + PRUNE_MS;
  return pruneEvents(database, eventsDays, now(), () => {
    heartbeat?.("publish", 1, 1);
    return performance.now() < endsMs;
  });
}

type CycleParts = {
  readonly generation: number;
  readonly reason: string;
  readonly kind: CycleReport["kind"];
  readonly items: number;
  readonly stages: Stages;
  /** It is undefined in a refresh of pages. */
  readonly learning: Learning | undefined;
  readonly learned: Learned;
  readonly built: Built;
  readonly published: PublishReport;
  readonly packs: PackReport;
  readonly eventsPruned: number;
};

function toReport({
  generation,
  reason,
  kind,
  items,
  stages: { seconds },
  learning,
  learned,
  built,
  published,
  packs,
  eventsPruned,
}: CycleParts): CycleReport {
  return {
    ...published,
    ...packs,
    generation,
    reason,
    kind,
    eventsFolded: learning?.eventsFolded ?? 0,
    eventsPruned,
    users: learning?.users ?? 0,
    items,
    profilesMoved: learning?.profilesMoved ?? 0,
    clustersRenewed: built.clustersRenewed,
    ...(learning?.clustersDifferent !== undefined && { clustersDifferent: learning.clustersDifferent }),
    itemsChanged: built.itemsChanged,
    clusters: learned.clusters.filter(({ split }) => split === undefined).length,
    pagesBuilt: built.pagesBuilt,
    pagesChanged: built.pagesChanged,
    pagesKept: built.pagesKept,
    trainer: learned.trainer,
    ...(learning && { training: learning.training }),
    ...(learning?.guard && { guard: learning.guard }),
    seconds: { ...seconds, learn: seconds.read + seconds.train + seconds.cluster },
    threadSeconds: built.threadSeconds,
    confirmed: groupConfirmed(built.refreshState.confirmedMs),
  };
}
