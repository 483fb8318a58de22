import { describe, expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { buildCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { buildModelPack } from "@spillway/model/packs/model-pack.ts";
import { modelFromColumns } from "@spillway/model/scoring/item-model.ts";
import { createFailures } from "../failures.ts";
import type { RequestContext } from "../request/request-context.ts";
import { createPackSource } from "./pack-source.ts";

const CYCLE_MS = 1000;

type Held = { value: Uint8Array | string; metadata?: unknown };

function entries(ids: readonly number[]) {
  return ids.map((seq): { seq: number; item: Item } => ({
    seq,
    item: { id: `f${seq}`, title: `Film ${seq}`, kind: "movie", genres: [], teams: [], takenDown: false },
  }));
}

function modelOf(seqs: readonly number[]): Uint8Array {
  const columns = seqs.map((_, row) => ({
    sources: Uint32Array.of((row + 1) % seqs.length),
    weights: Float32Array.of(1),
  }));
  return buildModelPack(modelFromColumns(Uint32Array.from(seqs), columns), { weightsPerRow: 9 });
}

/** A KV that tells what was read of it. */
function setUp() {
  const held = new Map<string, Held>();
  const read: string[] = [];
  const failures = createFailures(() => undefined);
  const kv = {
    get: (key: string) => {
      read.push(key);
      return Promise.resolve(held.get(key)?.value ?? null);
    },
    getWithMetadata: (key: string) => {
      read.push(key);
      const found = held.get(key);
      const value = found === undefined ? null : Uint8Array.from(found.value as Uint8Array).buffer;
      return Promise.resolve({ value, metadata: found?.metadata ?? null });
    },
  } as unknown as KVNamespace;
  const source = createPackSource({ kv, cycleMs: CYCLE_MS, failures });
  let nowMs = 0;
  /** A request in the next cycle, and all that it leaves behind its response. */
  const next = async () => {
    nowMs += CYCLE_MS;
    const behind: Promise<unknown>[] = [];
    const requestContext: RequestContext = { nowMs, waitUntil: (work) => void behind.push(work) };
    const given = source.read(requestContext, 0);
    await Promise.all(behind);
    read.splice(0);
    return given;
  };
  const readOf = async (): Promise<string[]> => {
    nowMs += CYCLE_MS;
    const behind: Promise<unknown>[] = [];
    void source.read({ nowMs, waitUntil: (work) => void behind.push(work) }, 0);
    await Promise.all(behind);
    return read.splice(0);
  };
  const putPack = (key: string, value: Uint8Array, contentHash: string): void => {
    held.set(key, { value, metadata: { contentHash } });
  };
  const name = (catalogue: string | null, model: string | null): void => {
    const versions = {
      catalogue: catalogue && { contentHash: catalogue, bytes: 1 },
      model: model && { contentHash: model, bytes: 1, weightsPerRow: 9 },
      budget: "whole",
    };
    held.set("packs", { value: JSON.stringify(versions) });
  };
  const putBoth = (): void => {
    putPack("catalogue-pack", buildCataloguePack(entries([1, 2, 3])), "c1");
    putPack("model-pack", modelOf([1, 2, 3]), "m1");
    name("c1", "m1");
  };
  return { source, failures, next, readOf, putPack, putBoth, name, held };
}

describe("the packs of an isolate", () => {
  test("are read behind a response, and again only when they are others", async () => {
    const { source, next, readOf, putBoth } = setUp();
    expect(await next()).toBeUndefined();
    putBoth();
    expect(await next()).toBeUndefined();
    expect(source.current()?.catalogue.rowOfId("f2")).toBe(1);
    expect(source.current()?.model?.weights).toHaveLength(3);
    expect(await readOf()).toEqual(["packs"]);
    expect(source.size()).toMatchObject({ items: 3, weights: 3, catalogue: "c1", model: "m1" });
    expect(source.size().bytes).toBeGreaterThan(500);
  });

  test("change one by one, the other staying; a new item has no weights yet", async () => {
    const { source, next, readOf, putBoth, putPack, name } = setUp();
    putBoth();
    await next();
    putPack("catalogue-pack", buildCataloguePack(entries([1, 2, 3, 4])), "c2");
    name("c2", "m1");
    expect(await readOf()).toEqual(["packs", "catalogue-pack"]);
    expect(source.current()?.catalogue.rowOf(4)).toBe(3);
    expect([...(source.current()?.model?.rowStarts ?? [])]).toEqual([0, 1, 2, 3, 3]);
    putPack("model-pack", modelOf([1, 2, 3, 4]), "m2");
    name("c2", "m2");
    expect(await readOf()).toEqual(["packs", "model-pack"]);
    expect(source.current()?.model?.weights).toHaveLength(4);
  });

  test("that have both changed come one after the other, as far as the old model fits", async () => {
    const { source, next, readOf, putBoth, putPack, name } = setUp();
    putBoth();
    await next();
    putPack("catalogue-pack", buildCataloguePack(entries([1, 2, 3, 4])), "c2");
    putPack("model-pack", modelOf([1, 2, 3, 4]), "m2");
    name("c2", "m2");
    expect(await readOf()).toEqual(["packs", "catalogue-pack"]);
    expect(source.size()).toMatchObject({ items: 4, weights: 3, catalogue: "c2", model: "m1" });
    expect(await readOf()).toEqual(["packs", "model-pack"]);
    expect(source.size()).toMatchObject({ items: 4, weights: 4, catalogue: "c2", model: "m2" });
    putPack("catalogue-pack", buildCataloguePack(entries([7, 8])), "c3");
    putPack("model-pack", modelOf([7, 8]), "m3");
    name("c3", "m3");
    expect(await readOf()).toEqual(["packs", "catalogue-pack", "model-pack"]);
    expect(source.size()).toMatchObject({ items: 2, weights: 2, catalogue: "c3", model: "m3" });
  });

  test("wait for the version that is named, since KV shows keys in any order", async () => {
    const { source, next, putBoth, putPack, name, failures } = setUp();
    putBoth();
    await next();
    name("c2", "m1");
    await next();
    expect(source.current()?.catalogue.itemSeqs).toHaveLength(3);
    expect(failures.counts()).toMatchObject({ "kv-value": 0 });
    putPack("catalogue-pack", buildCataloguePack(entries([1, 2, 3, 4])), "c2");
    await next();
    expect(source.current()?.catalogue.itemSeqs).toHaveLength(4);
  });

  test("stay where the newest are refused, which is said, and not read again and again", async () => {
    const { source, next, readOf, putBoth, putPack, name, failures } = setUp();
    putBoth();
    await next();
    putPack("model-pack", modelOf([1, 2, 3]).subarray(0, 40), "m2");
    name("c1", "m2");
    await next();
    expect(source.size()).toMatchObject({ weights: 3, model: "m1" });
    expect(failures.refused()).toEqual([{ key: "model-pack", reason: expect.stringMatching(/refused/) }]);
    expect(await readOf()).toEqual(["packs"]);
    putPack("model-pack", modelOf([5, 6]), "m3");
    name("c1", "m3");
    await next();
    expect(failures.refused()).toEqual([{ key: "model-pack", reason: expect.stringMatching(/other items/) }]);
    name("c1", "m1");
    putPack("model-pack", modelOf([1, 2, 3]), "m1");
    await next();
    expect(failures.refused()).toEqual([]);
  });

  test("are a catalogue alone above the budget, and none of a catalogue that is too large", async () => {
    const { source, next, putBoth, name } = setUp();
    putBoth();
    name("c1", null);
    await next();
    expect(source.current()?.catalogue.itemSeqs).toHaveLength(3);
    expect(source.current()?.model).toBeUndefined();
    name(null, null);
    await next();
    expect(source.current()).toBeUndefined();
  });

  test("that KV does not have, or cannot name, leave everything as it is", async () => {
    const { source, next, putBoth, held, failures } = setUp();
    putBoth();
    await next();
    held.set("packs", { value: '{"catalogue":7}' });
    await next();
    expect(failures.refused()).toMatchObject([{ key: "packs" }]);
    held.clear();
    await next();
    expect(source.current()?.model?.weights).toHaveLength(3);
  });
});
