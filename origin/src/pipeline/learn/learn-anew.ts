/**
 * The learning part of a full cycle: it reads the audience, trains when due, and learns clusters.
 */
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { unpackTaste } from "@spillway/model/clusters/packed-taste.ts";
import { DEFAULT_TREE, learn } from "@spillway/model/clusters/learn.ts";
import type { Audience } from "@spillway/model/clusters/audience.ts";
import type { ClusterSums } from "@spillway/model/clusters/cluster-sums.ts";
import type { Learned, Trained } from "@spillway/model/clusters/learned.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { beginsWith } from "@spillway/model/pages/refresh-state.ts";
import { extendModel } from "@spillway/model/scoring/extend-model.ts";
import { unpackModel, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import { guardText, judge, type Guard } from "@spillway/model/trainers/guard.ts";
import type { TrainingLimits } from "@spillway/model/trainers/plan-training.ts";
import { train } from "@spillway/model/trainers/train.ts";
import { DEFAULT_TRAIN_CADENCE_MS, trainIfDue } from "@spillway/model/trainers/train-if-due.ts";
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import type { Database } from "@spillway/store/database.ts";
import { capNetworks } from "@spillway/store/profiles/network-caps.ts";
import { countProfiles, profileRowids } from "@spillway/store/profiles/profiles.ts";
import { watchProfiles } from "@spillway/store/profiles/profile-moves.ts";
import { getModel, IMPORTED_MODEL, TASTE_MODEL } from "@spillway/store/pages/models.ts";
import { clockOffsetMs, clusterIndex } from "@spillway/store/state.ts";
import { resolveSuspects } from "../../suspects/resolve-suspects.ts";
import { foldNewEvents } from "../ingest/fold-events.ts";
import { catalogueTable, readAudience } from "../ingest/read-audience.ts";
import { updateEngagement, type EngagementUpdate } from "../ingest/update-engagement.ts";
import type { Stages } from "../process/stages.ts";
import { applyMoves, moveMeans, type LiveAudience } from "./live-audience.ts";
import { passOverAudience } from "./pass-over-audience.ts";
import { createRowidSet, type RowidSet } from "./rowid-set.ts";
import { storeTraining, type Training } from "./stored-training.ts";

export type LearnDeps = {
  readonly database: Database;
  readonly now: () => number;
  /**
   * Hashes ids as the list of suspects has them. Without it, suspects that are listed by hash are not
   * recognized.
   */
  readonly hashUser?: (user: string) => string;
  /** By default there are no threads. */
  readonly pool?: WorkerPool;
  /** The most leaves of the cluster tree; 1,000 by default. */
  readonly maxLeaves?: number;
  /** By default the size of the catalogue decides. */
  readonly trainer?: TrainerSetting;
  /** A model that is younger than this is not trained again. */
  readonly trainCadenceMs?: number;
  /** Tree and segments that are younger than this are not learned again; 15 minutes by default. */
  readonly learnCadenceMs?: number;
  /** So often a pass over everybody proves the sums, when all is learned anew anyway; a day by default. */
  readonly proofCadenceMs?: number;
  /** Model, tree and segments are learned from at most about so many users; a million by default. */
  readonly learnUsers?: number;
  /** What a training may take. */
  readonly trainLimits?: TrainingLimits;
  /** Ends a training: the cycle rejects with the signal's reason, and the model in force stays. */
  readonly signal?: AbortSignal;
};

export type Learning = {
  readonly engagement: EngagementUpdate;
  readonly learned: Learned;
  /** What the next cycles follow the audience with. */
  readonly live: LiveAudience;
  /** 1 for clusters whose means have moved; undefined where all was learned anew. */
  readonly moved: Uint8Array | undefined;
  /** How many profiles have come, changed or gone since the last cycle. */
  readonly profilesMoved: number;
  /** Where a pass over everybody was compared with the sums: how many clusters' differed. */
  readonly clustersDifferent?: number;
  readonly trainedMs: number;
  /** Why the model was trained or not, as a text for the report. */
  readonly training: string;
  readonly guard?: Guard;
  readonly eventsFolded: number;
  readonly users: number;
};

const SEED = 1;
/** What more users would teach is less than what reading them costs: decision 52 has the figures. */
const LEARN_USERS = 1_000_000;

/** What a cycle finds before it learns: what came in since the last one. */
export type Folded = { readonly eventsFolded: number; readonly engagement: EngagementUpdate };

/**
 * `before` is the newest training, of this process or an earlier one; it is used again while it is young
 * enough.
 */
export async function learnAnew(
  deps: LearnDeps,
  stages: Stages,
  generation: number,
  catalogue: readonly CatalogueEntry[],
  before: Training | undefined,
  { eventsFolded, engagement }: Folded,
  provedMs: number,
): Promise<Learning> {
  const { database, now, pool = inlinePool, maxLeaves = DEFAULT_TREE.maxLeaves } = deps;
  const offsetMs = clockOffsetMs(database);
  const contentNowMs = now() + offsetMs;
  const share = shareToLearn(database, deps.learnUsers ?? LEARN_USERS);
  let token = "";
  const audience = await stages.run("read", (onProgress) => {
    capNetworks(database);
    token = watchProfiles(database);
    return readAudience({ database, catalogue, contentNowMs, pool, share, onProgress });
  });
  const { trained, trainedMs, reason, guard } = await trainOrReuse(
    deps,
    stages,
    generation,
    catalogue,
    audience,
    before,
  );
  const previous = clusterIndex(database)?.index.nodes;
  const { learned, ...live } = await stages.run("cluster", async (onProgress) => {
    const options = { ...DEFAULT_TREE, maxLeaves, pool, previous };
    // Of a sample, everybody is read again, once it is known where they belong.
    const isSample = share < 1;
    const { nodes, sums, ...rest } = await learn(audience, catalogue, trained, {
      ...options,
      onProgress: (done, total) => onProgress(done, isSample ? 2 * total : total),
    });
    const frame = { nodes, taste: rest.taste, table: catalogueTable(catalogue), asOfMs: contentNowMs };
    const pass = isSample
      ? await passOverAudience(database, frame, pool, (done, total) => onProgress(total + done, 2 * total))
      : { sums, counted: rowidsOf(audience) };
    return {
      ...frame,
      ...pass,
      learned: rest,
      learnedUsers: pass.counted.size(),
      token,
      learnedMs: now(),
      clockOffsetMs: offsetMs,
      provedMs,
      pending: new Uint8Array(nodes.length).fill(isSample ? 1 : 0),
      packsDue: true,
    };
  });
  // Learning may take minutes: who has moved meanwhile counts as they are now.
  const profilesMoved = await applyMoves(database, live, pool, () => undefined);
  if (profilesMoved > 0 || live.pending.includes(1)) await moveMeans(live, learned.means, pool, 0);
  live.pending.fill(0);
  return {
    engagement,
    learned: withMembers(learned, live.sums),
    live,
    moved: undefined,
    profilesMoved,
    trainedMs,
    training: [reason, ...(guard === undefined ? [] : [guardText(guard)]), trained.why].join("; "),
    ...(guard && { guard }),
    eventsFolded,
    users: live.counted.size(),
  };
}

/** To count millions of profiles takes seconds, so that they are counted only where there may be so many. */
function shareToLearn(database: Database, most: number): number {
  return profileRowids(database).last <= most ? 1 : Math.min(1, most / Math.max(1, countProfiles(database)));
}

function rowidsOf({ rowids = new Uint32Array(0) }: Audience): RowidSet {
  const set = createRowidSet();
  for (const rowid of rowids) set.add(rowid);
  return set;
}

/** The clusters with the sizes that the sums tell. */
export function withMembers(learned: Learned, { members }: ClusterSums): Learned {
  const clusters = learned.clusters.map((cluster, at) => ({ ...cluster, members: members[at]! }));
  return { ...learned, clusters };
}

export function foldAndCount(
  { database, now, hashUser }: LearnDeps,
  catalogue: readonly CatalogueEntry[],
): Folded {
  const offsetMs = clockOffsetMs(database);
  const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));
  const seqOfItem = (id: string): number | undefined => seqs.get(id);
  const eventsFolded = foldNewEvents(database, { seqOfItem, clockOffsetMs: offsetMs }, now());
  // Suspects are resolved after the fold, which makes their profiles, and before engagement, which must not
  // count them.
  if (hashUser !== undefined) resolveSuspects(database, hashUser, now());
  return { eventsFolded, engagement: updateEngagement(database, seqOfItem, now()) };
}

type TrainedOrReused = {
  readonly trained: Trained;
  readonly trainedMs: number;
  readonly reason: string;
  /** How a new model was judged beside the one in force; absent where nothing was trained to replace one. */
  readonly guard?: Guard;
};

async function trainOrReuse(
  { database, now, pool = inlinePool, ...deps }: LearnDeps,
  stages: Stages,
  generation: number,
  catalogue: readonly CatalogueEntry[],
  audience: Audience,
  before: Training | undefined,
): Promise<TrainedOrReused> {
  const { trainer = "auto", maxLeaves = DEFAULT_TREE.maxLeaves } = deps;
  const decision = trainIfDue({
    last: before,
    imported: importedModel(database),
    catalogue,
    nowMs: now(),
    cadenceMs: deps.trainCadenceMs ?? DEFAULT_TRAIN_CADENCE_MS,
  });
  return stages.run("train", async (onProgress) => {
    if (!decision.due) return decision;
    const anew = await train(audience, catalogue, {
      trainer,
      imported: decision.imported,
      previousTaste: lastTaste(database),
      // One leaf less, since the generic page is for everybody, of whatever taste.
      maxSegments: maxLeaves - 1,
      minMembers: DEFAULT_TREE.minMembers,
      seed: SEED,
      pool,
      limits: deps.trainLimits,
      signal: deps.signal,
      onProgress,
    });
    const guard = before && guardBetween(before.learned, anew, trainer, audience, catalogue);
    const trained = guard?.verdict === "stays" && before !== undefined ? before.learned : anew;
    const trainedMs = now();
    // The training is stored at once, so that the next process has it when this one is killed after this
    // stage.
    storeTraining(database, generation, { learned: trained, trainedMs });
    return { trained, trainedMs, reason: decision.reason, ...(guard && { guard }) };
  });
}

/**
 * Undefined where the model in force is no rival: it is for another catalogue, came from elsewhere, or is by
 * a trainer that is not the one that was set.
 */
function guardBetween(
  inForce: Trained,
  anew: Trained,
  setting: TrainerSetting,
  audience: Audience,
  catalogue: readonly CatalogueEntry[],
): Guard | undefined {
  if (inForce.trainer === "imported" || anew.trainer === "imported") return undefined;
  if (setting !== "auto" && inForce.trainer !== anew.trainer) return undefined;
  if (!beginsWith(catalogue, inForce.itemSeqs)) return undefined;
  return judge(audience, extendModel(catalogue, inForce), extendModel(catalogue, anew));
}

export function importedModel(database: Database): ItemModel | undefined {
  const packed = getModel(database, IMPORTED_MODEL)?.packed;
  return packed && unpackModel(packed);
}

/** Returns the segments of the newest training, of any process. Segments that still hold keep their names. */
function lastTaste(database: Database): Taste | undefined {
  const packed = getModel(database, TASTE_MODEL)?.packed;
  return packed && unpackTaste(packed);
}
