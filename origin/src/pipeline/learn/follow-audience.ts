/**
 * The learning part of most cycles: the clusters stay, and their means and sizes follow who has moved. Where
 * nobody has, nothing is read.
 */
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import { beginsWith } from "@spillway/model/pages/refresh-state.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { DEFAULT_TRAIN_CADENCE_MS, trainIfDue } from "@spillway/model/trainers/train-if-due.ts";
import type { Database } from "@spillway/store/database.ts";
import { builtState } from "@spillway/store/pages/build-state.ts";
import { countMoves, isWatching, watchProfiles } from "@spillway/store/profiles/profile-moves.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import type { PagesState } from "../build/build-input.ts";
import type { Stages } from "../process/stages.ts";
import {
  foldAndCount,
  importedModel,
  learnAnew,
  withMembers,
  type Folded,
  type LearnDeps,
  type Learning,
} from "./learn-anew.ts";
import { applyMoves, moveMeans, type LiveAudience } from "./live-audience.ts";
import { passOverAudience } from "./pass-over-audience.ts";
import { proveSums } from "./prove-sums.ts";
import type { Training } from "./stored-training.ts";

/** What a cycle leaves, with what the next ones follow the audience with. */
export type CycleState = PagesState & { readonly live?: LiveAudience };

const DEFAULT_PROOF_CADENCE_MS = 24 * 3600 * 1000;
const DEFAULT_LEARN_CADENCE_MS = 15 * 60 * 1000;
/**
 * Where more have moved, a pass over everybody costs hardly more; where more have come, clusters are missing.
 */
const MOST_MOVED = 0.2;
/** So few are followed in any audience. */
const FEW_MOVED = 20;

export async function learnOrFollow(
  deps: LearnDeps,
  stages: Stages,
  generation: number,
  catalogue: readonly CatalogueEntry[],
  before: CycleState | undefined,
  stored: Training | undefined,
): Promise<Learning> {
  const folded = await stages.run("fold", () => foldAndCount(deps, catalogue));
  const { live } = before ?? {};
  const kept = before && live && decide(deps, catalogue, before, live);
  if (kept?.kind === "follow") {
    const training = `${kept.reason}; so are the clusters`;
    return follow(deps, stages, before!, live!, { ...folded, training, isWatched: kept.isWatched });
  }
  const { now, proofCadenceMs = DEFAULT_PROOF_CADENCE_MS } = deps;
  const isProofDue = kept?.kind === "due" && kept.isWatched && now() - live!.provedMs >= proofCadenceMs;
  const clustersDifferent = isProofDue ? await prove(deps, stages, live!) : undefined;
  const provedMs = isProofDue ? now() : (live?.provedMs ?? now());
  const learning = await learnAnew(deps, stages, generation, catalogue, before ?? stored, folded, provedMs);
  return { ...learning, ...(clustersDifferent !== undefined && { clustersDifferent }) };
}

function prove(
  { database, pool = inlinePool }: LearnDeps,
  stages: Stages,
  live: LiveAudience,
): Promise<number> {
  return stages.run("read", async (onProgress) => {
    await applyMoves(database, live, pool, () => undefined);
    return proveSums(database, live, pool, onProgress);
  });
}
type Decision =
  /** Everything stands as it did when the clusters were learned, but for who has moved. */
  | { readonly kind: "follow"; readonly reason: string; readonly isWatched: boolean }
  /** Model or clusters are old, or too many have moved. */
  | { readonly kind: "due"; readonly isWatched: boolean }
  /** The sums are of another catalogue, or another process has stored pages. */
  | { readonly kind: "other" };

function decide(
  {
    database,
    now,
    trainCadenceMs = DEFAULT_TRAIN_CADENCE_MS,
    learnCadenceMs = DEFAULT_LEARN_CADENCE_MS,
  }: LearnDeps,
  catalogue: readonly CatalogueEntry[],
  { learned, trainedMs, generation }: CycleState,
  live: LiveAudience,
): Decision {
  const stands =
    builtState(database)?.generation === generation &&
    clockOffsetMs(database) === live.clockOffsetMs &&
    beginsWith(catalogue, learned.itemSeqs);
  if (!stands) return { kind: "other" };
  // Somebody was erased since, or another process has begun to watch: who has moved is not known.
  const isWatched = isWatching(database, live.token);
  const isOld = now() - live.learnedMs >= learnCadenceMs;
  const most = Math.max(FEW_MOVED, MOST_MOVED * live.learnedUsers);
  const fewMoved = countMoves(database) <= most && Math.abs(live.counted.size() - live.learnedUsers) <= most;
  const decision = trainIfDue({
    last: { learned, trainedMs },
    imported: importedModel(database),
    catalogue,
    nowMs: now(),
    cadenceMs: trainCadenceMs,
  });
  return decision.due || isOld || !fewMoved
    ? { kind: "due", isWatched }
    : { kind: "follow", reason: decision.reason, isWatched };
}

async function follow(
  { database, pool = inlinePool }: LearnDeps,
  stages: Stages,
  { learned, trainedMs }: CycleState,
  before: LiveAudience,
  { isWatched, ...rest }: Folded & { readonly training: string; readonly isWatched: boolean },
): Promise<Learning> {
  const total = countMoves(database);
  const { live, profilesMoved } = await stages.run("read", async (onProgress) => {
    const own = isWatched ? before : await sumAnew(database, before, pool, onProgress);
    const moved = await applyMoves(database, own, pool, (done) => onProgress(done, Math.max(total, done)));
    return { live: own, profilesMoved: moved };
  });
  const moved = await stages.run("cluster", () =>
    profilesMoved === 0 && isWatched ? live.pending.slice() : moveMeans(live, learned.means, pool),
  );
  return {
    ...rest,
    learned: withMembers(learned, live.sums),
    live,
    moved,
    profilesMoved,
    trainedMs,
    users: live.counted.size(),
  };
}

/** The sums of who is there now, by reading everybody; the clusters stay. */
async function sumAnew(
  database: Database,
  live: LiveAudience,
  pool: WorkerPool,
  onProgress: (done: number, total: number) => void,
): Promise<LiveAudience> {
  const token = watchProfiles(database);
  return { ...live, token, ...(await passOverAudience(database, live, pool, onProgress)) };
}
