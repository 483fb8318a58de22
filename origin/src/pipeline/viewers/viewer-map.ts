/**
 * Writes the viewer map to KV, on a cadence of its own and in the pauses between cycles: one shard after the
 * other, those alone that have changed. docs/decisions/0027-viewer-map.md
 */
import { setImmediate } from "node:timers/promises";
import type { Learned } from "@spillway/model/clusters/learned.ts";
import { packShard } from "@spillway/model/profile/viewer-shard.ts";
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { compileRouting } from "@spillway/shared/routing/routing.ts";
import { DEFAULT_TAILORING } from "@spillway/shared/routing/tailoring.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { VIEWER_SHARD_PREFIX, viewerShardKey, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { voidedSince } from "@spillway/store/events/viewer-erasures.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { publishedHashes, recordPublished, removePublished } from "@spillway/store/pages/published.ts";
import {
  putViewerMapReport,
  viewerMapReport,
  type ViewerMapReport,
} from "@spillway/store/profiles/viewer-map.ts";
import { viewerReader, type ViewerRow } from "@spillway/store/profiles/viewer-rows.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import { MAX_PAIRS_PER_WRITE, type KvNamespace, type KvPair } from "../../kv/kv-namespace.ts";
import { createSizes } from "./sizes.ts";
import { LEAST_PLAYS, viewerEntries, type ViewerEntry } from "./viewer-entry.ts";
import { chooseBits, indexViewers, type ViewerIndex } from "./viewer-index.ts";

export type ViewerMapOptions = {
  readonly database: Database;
  readonly kv: KvNamespace;
  readonly now: () => number;
  readonly hashUser: (user: string) => UserHash;
  readonly cadenceMs: number;
  /** The most people in it; who was active last comes first. */
  readonly maxUsers: number;
};

export type ViewerMap = {
  /**
   * Goes on writing when one is due, until it is done or `mayGoOn` says no. The report comes with the last
   * piece. Throws KvError when KV fails; the next call writes the rest.
   */
  readonly write: (
    learned: Pick<Learned, "itemSeqs" | "taste">,
    mayGoOn: () => boolean,
  ) => Promise<ViewerMapReport | undefined>;
};

const DAY_MS = 24 * 3600 * 1000;
/** So many keys a month at most: KV bills by the key, and ten millions cost 45 dollars. */
const MAX_WRITES_PER_MONTH = 8_000_000;
const MONTH_MS = 30 * DAY_MS;
const SAMPLE = 500;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** What has begun and is not done. */
type Writing = {
  readonly startedMs: number;
  readonly index: ViewerIndex;
  readonly bits: number;
  readonly rowidsOf: (shard: number) => Uint32Array;
  readonly entryOf: (row: ViewerRow) => ViewerEntry | undefined;
  readonly sizes: ReturnType<typeof createSizes>;
  nextShard: number;
  writes: number;
};

export function createViewerMap(options: ViewerMapOptions): ViewerMap {
  const { database, now } = options;
  let writing: Writing | undefined;
  return {
    write: async (learned, mayGoOn) => {
      const stored = await sqliteOperatorStore(database).routing.current();
      const { map } =
        stored === undefined
          ? DEFAULT_TAILORING
          : compileRouting({ version: stored.version, routing: stored.value.routing }).tailoring;
      if (!map) {
        writing = undefined;
        return removeMap(options);
      }
      if (writing === undefined && !isDue(options)) return undefined;
      const current = (writing ??= begin(options, learned));
      // After a failure the next writing begins anew, and finds what was written.
      writing = undefined;
      if (await writeShards(options, current, mayGoOn)) return finish(options, current, now());
      writing = current;
      return undefined;
    },
  };
}

function isDue({ database, now }: ViewerMapOptions): boolean {
  const before = viewerMapReport(database);
  // KV may have lost everything, or may be another one.
  const isThere = publishedHashes(database).has(KV_KEY.viewers);
  return before === undefined || before.bits === null || !isThere || now() >= before.nextMs;
}

function begin(options: ViewerMapOptions, learned: Pick<Learned, "itemSeqs" | "taste">): Writing {
  const { database, now, hashUser, maxUsers } = options;
  const nowMs = now();
  const index = indexViewers(database, hashUser, { leastPlays: LEAST_PLAYS, maxUsers });
  const context = {
    learned,
    catalogue: allItems(database),
    clockOffsetMs: clockOffsetMs(database),
    erasedMs: voidedSince(database, nowMs),
  };
  const entryOf = viewerEntries(context, hashUser);
  const rowAt = viewerReader(database.sqlite);
  const sample = index.sample(SAMPLE).map((rowid) => entryBytes(rowAt(rowid), entryOf));
  const meanBytes = sample.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, sample.length);
  const bits = chooseBits(meanBytes * index.users, viewerMapReport(database)?.bits);
  return {
    startedMs: nowMs,
    index,
    bits,
    rowidsOf: index.byShard(bits),
    entryOf,
    sizes: createSizes(),
    nextShard: 0,
    writes: 0,
  };
}

function entryBytes(row: ViewerRow | undefined, entryOf: Writing["entryOf"]): number {
  return (row && entryOf(row))?.bytes.length ?? 0;
}

/** Returns whether all are written. */
async function writeShards(
  options: ViewerMapOptions,
  writing: Writing,
  mayGoOn: () => boolean,
): Promise<boolean> {
  const { database } = options;
  const { bits, rowidsOf, entryOf, sizes } = writing;
  const known = publishedHashes(database);
  const rowAt = viewerReader(database.sqlite);
  let batch: { readonly pair: KvPair; readonly contentHash: string }[] = [];
  let batchBytes = 0;
  const flush = async (): Promise<void> => {
    await put(options, batch);
    writing.writes += batch.length;
    batch = [];
    batchBytes = 0;
  };
  while (writing.nextShard < 2 ** bits) {
    const shard = writing.nextShard;
    const entries = Array.from(rowidsOf(shard), (rowid) => {
      const row = rowAt(rowid);
      const entry = row && entryOf(row);
      // A rowid may have become somebody else's since.
      return entry !== undefined && viewerShardOf(bits, entry.hash) === shard ? entry : undefined;
    }).filter((entry) => entry !== undefined);
    const value = packShard(entries.map(({ hash, bytes }) => ({ hash, state: bytes })));
    const key = viewerShardKey(bits, shard);
    const hash = contentHash(value);
    sizes.add(entries, value.length);
    // Where nobody is any more, an empty shard takes the place of the old one.
    const isWanted = entries.length > 0 || known.has(key);
    if (isWanted && known.get(key) !== hash) {
      batch.push({ pair: { key, value }, contentHash: hash });
      batchBytes += value.length;
    }
    writing.nextShard += 1;
    if (batch.length === MAX_PAIRS_PER_WRITE || batchBytes > MAX_BATCH_BYTES) await flush();
    await setImmediate();
    if (!mayGoOn()) break;
  }
  await flush();
  return writing.nextShard === 2 ** bits;
}

async function put(
  { database, kv, now }: ViewerMapOptions,
  batch: readonly { readonly pair: KvPair; readonly contentHash: string }[],
): Promise<void> {
  if (batch.length === 0) return;
  const keys = batch.map(({ pair }) => pair.key);
  // A write whose answer never arrives may have been carried out.
  removePublished(database, keys);
  await kv.putMany(batch.map(({ pair }) => pair));
  recordPublished(
    database,
    batch.map(({ pair: { key }, contentHash: hash }) => ({ key, contentHash: hash })),
    now(),
  );
}

async function finish(
  options: ViewerMapOptions,
  { startedMs, index, bits, sizes, writes }: Writing,
  nowMs: number,
): Promise<ViewerMapReport> {
  const { database, cadenceMs } = options;
  const changed = writes + (await nameBits(options, bits)) + (await removeShards(options, bits));
  const spacedMs = (changed * MONTH_MS) / MAX_WRITES_PER_MONTH;
  const report = {
    bits,
    ...sizes.summary(),
    usersLeftOut: index.leftOut,
    writes: changed,
    startedMs,
    endedMs: nowMs,
    nextMs: startedMs + Math.max(cadenceMs, Math.ceil(spacedMs)),
  };
  putViewerMapReport(database, report);
  return report;
}

/** The document comes after the shards that it names. Returns how many keys were written. */
async function nameBits(options: ViewerMapOptions, bits: number | null): Promise<number> {
  const hash = String(bits);
  if (publishedHashes(options.database).get(KV_KEY.viewers) === hash) return 0;
  const value = JSON.stringify({ version: 1, bits });
  await put(options, [{ pair: { key: KV_KEY.viewers, value }, contentHash: hash }]);
  return 1;
}

/** Deletes the shards of other numbers of shards, or all of them. Returns how many. */
async function removeShards({ database, kv }: ViewerMapOptions, bits: number | null): Promise<number> {
  const current = bits === null ? undefined : viewerShardKey(bits, 0).slice(0, -1);
  const old = [...publishedHashes(database).keys()].filter(
    (key) => key.startsWith(VIEWER_SHARD_PREFIX) && (current === undefined || !key.startsWith(current)),
  );
  for (let from = 0; from < old.length; from += MAX_PAIRS_PER_WRITE) {
    const keys = old.slice(from, from + MAX_PAIRS_PER_WRITE);
    await kv.deleteMany(keys);
    removePublished(database, keys);
  }
  return old.length;
}

/** No history may travel by the map. Undefined where there is none, and there was none before. */
async function removeMap(options: ViewerMapOptions): Promise<ViewerMapReport | undefined> {
  const { database, now } = options;
  const before = viewerMapReport(database);
  const isGone = before === undefined || before.bits === null;
  if (isGone && !publishedHashes(database).has(KV_KEY.viewers)) return undefined;
  if (isGone && publishedHashes(database).get(KV_KEY.viewers) === "null") return undefined;
  const startedMs = now();
  const writes = (await nameBits(options, null)) + (await removeShards(options, null));
  const report = {
    ...createSizes().summary(),
    bits: null,
    usersLeftOut: 0,
    writes,
    startedMs,
    endedMs: now(),
    nextMs: now(),
  };
  putViewerMapReport(database, report);
  return report;
}
