/**
 * The sums over the audience that a process keeps from cycle to cycle, and how they follow who moves: each is
 * taken out as they were and put in as they are, so that the sums are those of a pass over everybody
 * (docs/decisions/0052-a-refresh-follows-its-audience.md).
 */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { addUsers, type ClusterSums } from "@spillway/model/clusters/cluster-sums.ts";
import type { GrownNode } from "@spillway/model/clusters/grow-tree.ts";
import { placeAudience } from "@spillway/model/clusters/place-users.ts";
import type { Taste } from "@spillway/model/clusters/taste.ts";
import { writeMeans } from "@spillway/model/clusters/write-means.ts";
import { sharedArray } from "@spillway/model/workers/shared-memory.ts";
import { inlinePool, type WorkerPool } from "@spillway/model/workers/pool.ts";
import type { Database } from "@spillway/store/database.ts";
import { takeMoves } from "@spillway/store/profiles/profile-moves.ts";
import { countUsers, pageOf, rowidsOf, type PackedPage } from "@spillway/model/profile/packed-page.ts";
import { decodeProfiles } from "../ingest/read-audience-chunk.ts";
import type { CatalogueTable } from "../ingest/read-audience-history.ts";
import type { RowidSet } from "./rowid-set.ts";

/** What decides where a user stands and what they add: fixed until clusters are learned anew. */
export type AudienceFrame = {
  readonly nodes: readonly GrownNode[];
  readonly taste: Taste;
  /** Of the catalogue that the clusters were learned with. */
  readonly table: CatalogueTable;
  /** The instant, by the content's clock, that histories are weighed and depths counted at. */
  readonly asOfMs: number;
};

export type LiveAudience = AudienceFrame & {
  /** Of the watch over profiles (store/profiles/profile-moves.ts). */
  readonly token: string;
  /** By the real clock. */
  readonly learnedMs: number;
  /** How many stood in the sums then. */
  readonly learnedUsers: number;
  readonly clockOffsetMs: number;
  /** When the sums were last those of a pass that was compared with them, by the real clock. */
  readonly provedMs: number;
  readonly sums: ClusterSums;
  /** Whose profiles stand in the sums. */
  readonly counted: RowidSet;
  /** 1 for clusters whose means were written and whose pages are not stored yet. */
  readonly pending: Uint8Array;
  /** Whether the packs of what was learned are not published yet. */
  packsDue: boolean;
};

/** So many moves are taken in one transaction, which takes some tenths of a second. */
const MOVES = 10_000;
/** Fewer users are placed faster without threads. */
const FEW = 1000;

/**
 * A cluster's pages are built anew when its mean has moved by this share since they were, in sum of absolute
 * values; what is below adds up until it is not.
 */
const MOVED_SHARE = 0.01;

/** Corrects the sums by who has moved, and returns how many have. */
export async function applyMoves(
  database: Database,
  live: LiveAudience,
  pool: WorkerPool,
  onProgress: (moved: number) => void,
): Promise<number> {
  let moved = 0;
  for (;;) {
    const moves = takeMoves(database, live.token, MOVES);
    if (moves === undefined) return moved;
    const before = pageOf(moves.before, live.counted.has);
    await change(live, before, pool, -1);
    for (const rowid of rowidsOf(before)) live.counted.remove(rowid);
    await change(live, moves.after, pool, 1);
    for (const rowid of rowidsOf(moves.after)) live.counted.add(rowid);
    moved += moves.moved;
    onProgress(moved);
  }
}

async function change(live: LiveAudience, page: PackedPage, pool: WorkerPool, sign: 1 | -1): Promise<void> {
  const audience = decodePage(live, page);
  const placed = await placeAudience(
    live.nodes,
    live.taste,
    audience,
    countUsers(page) < FEW ? inlinePool : pool,
  );
  addUsers(live.sums, live.nodes, audience.histories, placed, sign);
}

export function decodePage({ table, asOfMs }: AudienceFrame, page: PackedPage): Audience {
  return decodeProfiles([page], table, asOfMs);
}

/**
 * Writes the means that have moved by {@link MOVED_SHARE}, or all. Returns 1 for clusters whose pages are to
 * be built with them.
 */
export async function moveMeans(
  live: LiveAudience,
  means: Float32Array,
  pool: WorkerPool,
  leastShare = MOVED_SHARE,
): Promise<Uint8Array> {
  const { items } = live.sums;
  const now = sharedArray(Float32Array, means.length);
  const { moved, size } = await writeMeans(live.nodes, live.sums, means, now, pool);
  moved.forEach((distance, at) => {
    if (distance === 0 || distance < leastShare * size[at]!) return;
    means.set(now.subarray(at * items, (at + 1) * items), at * items);
    live.pending[at] = 1;
  });
  return live.pending.slice();
}
