import { describe, expect, test } from "vitest";
import { withEvents } from "@spillway/model/profile/viewer-changes.ts";
import { packShard, type ShardEntry } from "@spillway/model/profile/viewer-shard.ts";
import { packViewerState } from "@spillway/model/profile/viewer-state-codec.ts";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { viewerShardKey, viewerShardOf } from "@spillway/shared/protocol/viewer-map.ts";
import { createFailures } from "../failures.ts";
import type { RequestContext } from "../request/request-context.ts";
import { createViewerMap } from "./viewer-map.ts";

const CYCLE_MS = 1000;
const BITS = 4;
const hashUser = createUserHash("a-key-of-sixteen-characters");

function entryOf(user: string, item: number, owner = user): ShardEntry {
  const state = withEvents(undefined, [{ type: "play", item, timeMs: 1000 }], 1000);
  return { hash: hashUser(user), state: packViewerState(state, ownerTagOf(hashUser(owner))).bytes };
}

function keyOf(user: string): string {
  return viewerShardKey(BITS, viewerShardOf(BITS, hashUser(user)));
}

/** A KV that tells what was read of it. `late`: it never answers for a shard. */
function setUp({ late = false } = {}) {
  const held = new Map<string, Uint8Array | string>([
    ["viewers", JSON.stringify({ version: 1, bits: BITS })],
  ]);
  const read: string[] = [];
  const failures = createFailures(() => undefined);
  const kv = {
    get: async (key: string) => {
      read.push(key);
      if (late && key.startsWith("viewers:")) return new Promise(() => undefined);
      const value = held.get(key) ?? null;
      return value === null || typeof value === "string" ? value : Uint8Array.from(value).buffer;
    },
  } as unknown as KVNamespace;
  let nowMs = 0;
  const map = createViewerMap({ kv, cycleMs: CYCLE_MS, failures }, () => nowMs);
  const find = async (user: string, laterMs = 0, waitMs = 1000) => {
    nowMs += laterMs;
    const behind: Promise<unknown>[] = [];
    const requestContext: RequestContext = { nowMs, waitUntil: (work) => void behind.push(work) };
    const state = await map.find(hashUser(user), requestContext, nowMs + waitMs);
    if (!late) await Promise.all(behind);
    return state === undefined ? undefined : [...state.titles.items];
  };
  return { held, read, failures, map, find, at: () => nowMs };
}

describe("the viewer map at the edge", () => {
  test("finds who is in it, and nobody else", async () => {
    const { held, find } = setUp();
    held.set(keyOf("u42"), packShard([entryOf("u42", 7)]));
    expect(await find("u42")).toEqual([7]);
    expect(await find("nobody")).toBeUndefined();
  });

  test("waits for nothing where the shard is in memory, and reads it again after ten cycles", async () => {
    const { held, read, find, map, at } = setUp();
    held.set(keyOf("u42"), packShard([entryOf("u42", 7)]));
    await find("u42");
    const again = map.find(hashUser("u42"), { nowMs: at(), waitUntil: () => undefined }, at());
    expect(again).not.toBeInstanceOf(Promise);
    held.set(keyOf("u42"), packShard([entryOf("u42", 8)]));
    expect(await find("u42", 4 * CYCLE_MS)).toEqual([7]);
    expect(read.filter((key) => key === keyOf("u42"))).toHaveLength(1);
    await find("u42", 2 * CYCLE_MS);
    expect(await find("u42")).toEqual([8]);
  });

  test("knows of a shard that is not there without asking each time", async () => {
    const { read, find } = setUp();
    await find("u42");
    await find("u42");
    expect(read).toEqual(["viewers", keyOf("u42")]);
  });

  test("costs a request no more than its wait where KV is slow", async () => {
    const { find } = setUp({ late: true });
    expect(await find("u42", 0, 5)).toBeUndefined();
  });

  test("is nothing where there is no map", async () => {
    const { held, read, find } = setUp();
    held.set("viewers", JSON.stringify({ version: 1, bits: null }));
    expect(await find("u42")).toBeUndefined();
    expect(read).toEqual(["viewers"]);
  });

  test.each<[string, Uint8Array]>([
    ["no shard", new TextEncoder().encode("what is this?")],
    ["cut short", packShard([entryOf("u42", 7)]).subarray(0, 12)],
    ["too large", new Uint8Array(1024 * 1024 + 1).fill(1)],
  ])("a shard that is %s is refused, and counted", async (_, bytes) => {
    const { held, failures, find } = setUp();
    held.set(keyOf("u42"), bytes);
    expect(await find("u42")).toBeUndefined();
    expect(failures.lastDetails()["kv-value"]).toContain("is no shard of the viewer map");
  });

  test("a state under another user's hash is not that user's", async () => {
    const { held, find } = setUp();
    held.set(keyOf("u42"), packShard([entryOf("u42", 7, "u7")]));
    expect(await find("u42")).toBeUndefined();
  });

  test("keeps at most 4 MB of shards", async () => {
    const { held, map, find } = setUp();
    const state = new Uint8Array(900 * 1024).fill(1);
    for (let at = 0; at < 2 ** BITS; at += 1) {
      held.set(viewerShardKey(BITS, at), packShard([{ hash: `${at.toString(16)}000000000000000`, state }]));
    }
    for (let at = 0; at < 40; at += 1) await find(`u${at}`);
    expect(map.size().bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(map.size().entries).toBeGreaterThan(1);
  });
});
