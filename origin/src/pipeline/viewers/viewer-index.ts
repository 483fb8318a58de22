/**
 * Who stands in which shard of the viewer map: ten bytes a person, so that the states of millions need not be
 * in memory at once.
 */
import { MAX_SHARD_BITS, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { Database } from "@spillway/store/database.ts";
import { countProfiles } from "@spillway/store/profiles/profiles.ts";
import { scanViewers } from "@spillway/store/profiles/viewer-rows.ts";

export type ViewerIndex = {
  readonly users: number;
  /** People with a history who were left out, since there are more than `maxUsers`. */
  readonly leftOut: number;
  /** The rowids of a shard's people, when there are 2^bits shards. */
  readonly byShard: (bits: number) => (shard: number) => Uint32Array;
  /** Some rowids, evenly spread. */
  readonly sample: (count: number) => readonly number[];
};

export function indexViewers(
  database: Database,
  hashUser: (user: string) => UserHash,
  { leastPlays, maxUsers }: { readonly leastPlays: number; readonly maxUsers: number },
): ViewerIndex {
  const size = countProfiles(database);
  const prefixes = new Uint16Array(size);
  const rowids = new Uint32Array(size);
  const updatedS = new Uint32Array(size);
  let found = 0;
  scanViewers(database.sqlite, leastPlays, (rowid, user, updatedMs) => {
    if (found === size) return;
    prefixes[found] = viewerShardOf(MAX_SHARD_BITS, hashUser(user));
    rowids[found] = rowid;
    updatedS[found] = Math.max(0, updatedMs / 1000);
    found += 1;
  });
  const users = keepNewest(updatedS.subarray(0, found), maxUsers, (from, to) => {
    prefixes[to] = prefixes[from]!;
    rowids[to] = rowids[from]!;
  });
  return {
    users,
    leftOut: found - users,
    byShard: (bits) => group(prefixes.subarray(0, users), rowids, bits),
    sample: (count) => {
      const every = Math.max(1, users / count);
      return Array.from({ length: Math.min(count, users) }, (_, at) => rowids[Math.floor(at * every)]!);
    },
  };
}

/** Moves the `most` newest to the front, in their order, and returns how many there are. */
function keepNewest(updatedS: Uint32Array, most: number, move: (from: number, to: number) => void): number {
  if (updatedS.length <= most) return updatedS.length;
  const least = updatedS.toSorted()[updatedS.length - most] ?? 0;
  let atLeast = most - updatedS.reduce((sum, second) => sum + (second > least ? 1 : 0), 0);
  let to = 0;
  updatedS.forEach((second, from) => {
    if (second < least || (second === least && atLeast-- <= 0)) return;
    move(from, to);
    to += 1;
  });
  return to;
}

/** A counting sort. */
function group(prefixes: Uint16Array, rowids: Uint32Array, bits: number): (shard: number) => Uint32Array {
  const shift = MAX_SHARD_BITS - bits;
  const starts = new Uint32Array(2 ** bits + 1);
  for (const prefix of prefixes) starts[(prefix >>> shift) + 1]! += 1;
  for (let shard = 0; shard < 2 ** bits; shard += 1) starts[shard + 1]! += starts[shard]!;
  const next = starts.slice();
  const grouped = new Uint32Array(prefixes.length);
  prefixes.forEach((prefix, at) => {
    grouped[next[prefix >>> shift]!++] = rowids[at]!;
  });
  return (shard) => grouped.subarray(starts[shard], starts[shard + 1]);
}

/** What a shard is to hold: KV bills by key, and a television reads a whole shard for one user. */
const TARGET_SHARD_BYTES = 64 * 1024;

/**
 * As few shards as keep their mean size at 64 KB or less. With another number every key is another one, so
 * that the number before stays while the shards are between 16 and 96 KB.
 */
export function chooseBits(bytes: number, before: number | null | undefined): number {
  const wanted = Math.ceil(Math.log2(Math.max(1, bytes / TARGET_SHARD_BYTES)));
  const bits = Math.min(MAX_SHARD_BITS, Math.max(0, wanted));
  if (before === null || before === undefined) return bits;
  const meanBytes = bytes / 2 ** before;
  const isFine =
    meanBytes <= 1.5 * TARGET_SHARD_BYTES && (meanBytes >= TARGET_SHARD_BYTES / 4 || before === 0);
  return isFine ? before : bits;
}
