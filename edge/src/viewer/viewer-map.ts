/**
 * The viewer map, read from KV for who came without a cookie, as a television does: the shard of the user, of
 * which some stand in memory (docs/decisions/0027-viewer-map.md).
 */
import { stateInShard, usersOfShard } from "@spillway/model/profile/viewer-shard.ts";
import { readViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import type { ViewerState } from "@spillway/model/profile/viewer-state.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { ownerTagOf, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { parseViewerMap, viewerShardKey, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createByteLru } from "../byte-lru.ts";
import { andThen, type MaybePromise } from "../maybe-promise.ts";
import { createKvDocument, type KvReader } from "../published/kv-document.ts";
import { createRefreshedValue, type Loaded, type RefreshedValue } from "../published/refreshed-value.ts";
import { MEMORY } from "../memory/isolate-memory.ts";
import type { RequestContext } from "../request/request-context.ts";

export type ViewerMap = {
  /**
   * Undefined where the map has no state of this user, or KV could not say until `endsMs`. A promise only
   * where KV is waited for.
   */
  readonly find: (
    hash: UserHash,
    requestContext: RequestContext,
    endsMs: number,
  ) => MaybePromise<ViewerState | undefined>;
  readonly size: () => { readonly entries: number; readonly bytes: number };
};

/** Shards have some 64 KB; what has more than this is none of ours. */
const MAX_SHARD_BYTES = 1024 * 1024;
/** What an entry takes beside the shard's bytes, estimated generously. */
const ENTRY_BYTES = 512;
/** The map is written once an hour: how many read cycles pass between two reads of a shard. */
const CYCLES = 10;
const CACHE_TTL_S = 300;

/** Stands for a shard that KV does not have, or that is refused. */
const NOBODY = new Uint8Array();

export function createViewerMap(reader: KvReader, clock: () => number): ViewerMap {
  const shards = createKvDocument(reader, KV_KEY.viewers, parseViewerMap);
  const memory = createByteLru<RefreshedValue<Uint8Array>>(MEMORY.viewerMap);
  const open = (key: string): RefreshedValue<Uint8Array> => {
    const known = memory.get(key);
    if (known !== undefined) return known;
    const entry = createRefreshedValue<Uint8Array>(async () => {
      const loaded = await loadShard(reader, key);
      if (loaded.kind === "loaded") memory.set(key, entry, loaded.value.length + ENTRY_BYTES);
      return loaded;
    }, CYCLES * reader.cycleMs);
    memory.set(key, entry, ENTRY_BYTES);
    return entry;
  };
  const inShard = (
    bits: number | null | undefined,
    hash: UserHash,
    requestContext: RequestContext,
    endsMs: number,
  ): MaybePromise<ViewerState | undefined> => {
    if (bits === null || bits === undefined) return undefined;
    const shard = open(viewerShardKey(bits, viewerShardOf(bits, hash)));
    return andThen(shard.read(requestContext, endsMs - clock()), (bytes) => bytes && stateOf(bytes, hash));
  };
  return {
    find: (hash, requestContext, endsMs) =>
      andThen(shards.read(requestContext, endsMs - clock()), (document) =>
        inShard(document?.bits, hash, requestContext, endsMs),
      ),
    size: memory.size,
  };
}

async function loadShard({ kv, failures }: KvReader, key: string): Promise<Loaded<Uint8Array>> {
  let value: ArrayBuffer | null;
  try {
    value = await kv.get(key, { type: "arrayBuffer", cacheTtl: CACHE_TTL_S });
  } catch (error) {
    failures.count("kv-read", `${key}: ${reasonOf(error)}`);
    return { kind: "unknown" };
  }
  if (value === null) return { kind: "loaded", value: NOBODY };
  const bytes = new Uint8Array(value);
  if (bytes.length <= MAX_SHARD_BYTES && usersOfShard(bytes) !== undefined) {
    return { kind: "loaded", value: bytes };
  }
  failures.count("kv-value", `${key} is refused: it is no shard of the viewer map`);
  return { kind: "loaded", value: NOBODY };
}

function stateOf(shard: Uint8Array, hash: UserHash): ViewerState | undefined {
  const bytes = stateInShard(shard, hash);
  const read = bytes && readViewerState(bytes);
  return read?.ownerTag === ownerTagOf(hash) ? read.state : undefined;
}
