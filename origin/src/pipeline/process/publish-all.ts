/** The end of a cycle: pages and packs are written to KV, as far as they are not there yet. */
import type { Learned } from "@spillway/model/clusters/learned.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import type { Database } from "@spillway/store/database.ts";
import { clockOffsetMs, clusterIndex, type StoredIndex } from "@spillway/store/state.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import type { KvNamespace } from "../../kv/kv-namespace.ts";
import type { Built } from "../build/build-and-store.ts";
import { packDay } from "../build/build-packs.ts";
import type { LiveAudience } from "../learn/live-audience.ts";
import { publishPacks, type PackReport } from "../publish/publish-packs.ts";
import { publish, type PublishReport } from "../publish/publish.ts";
import { hasPacks, isSettled, NOTHING_WRITTEN, settle } from "../publish/settled.ts";
import type { Stages } from "./stages.ts";

type PublishDeps = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly pool?: WorkerPool | undefined;
  readonly now: () => number;
};

type Unpublished = {
  readonly built: Built;
  readonly learned: Learned;
  readonly catalogue: readonly CatalogueEntry[];
  readonly live: LiveAudience | undefined;
};

/** Where nothing was built, KV is only asked whether it still has what was published. */
export async function publishAll(
  deps: PublishDeps,
  stages: Stages,
  unpublished: Unpublished,
): Promise<{ readonly published: PublishReport; readonly packs: PackReport }> {
  const { database, kv, now } = deps;
  const { built, catalogue, live } = unpublished;
  const { standing } = built.refreshState;
  const { settled } = standing;
  const day = packDay(now() + clockOffsetMs(database));
  const packsStand = settled?.catalogue === catalogue && settled.day === day && live?.packsDue === false;
  const result = await stages.run("publish", async (onProgress) => {
    if (packsStand && built.stored === undefined && (await isSettled({ database, kv, now }, settled)))
      return { kept: settled.packs };
    standing.settled = undefined;
    const stored = built.stored ?? storedIndex(database);
    const published = await publish({ database, kv, stored, now, pool: deps.pool, onProgress });
    return { published, stored };
  });
  if (result.kept !== undefined)
    return { published: NOTHING_WRITTEN, packs: { ...result.kept, packsWritten: 0 } };
  const { published, stored } = result;
  const packs =
    packsStand && hasPacks(database, settled)
      ? { ...settled.packs, packsWritten: 0 }
      : await stages.run("packs", (onProgress) => packAll(deps, unpublished, onProgress));
  if (live !== undefined) live.packsDue = false;
  const index = JSON.stringify(stored.index);
  standing.settled = settle(database, published, { index, catalogue, day, packs });
  return { published, packs };
}

function packAll(
  { database, kv, now }: PublishDeps,
  { built, learned, catalogue, live }: Unpublished,
  onProgress: (done: number, total: number) => void,
): Promise<PackReport> {
  return publishPacks({
    database,
    kv,
    now,
    catalogue,
    contentNowMs: now() + clockOffsetMs(database),
    learned: live?.packsDue !== false,
    model: () => built.model ?? extendModel(catalogue, learned),
    onProgress,
  });
}

function storedIndex(database: Database): StoredIndex {
  const stored = clusterIndex(database);
  if (stored === undefined) throw new Error("the cluster index of the last cycle cannot be read");
  return stored;
}
