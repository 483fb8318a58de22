import { describe, expect, test } from "vitest";
import { packCandidates } from "@spillway/model/packs/candidates.ts";
import { pageJson } from "@spillway/shared/protocol/page.ts";
import { createFailures } from "../failures.ts";
import type { RequestContext } from "../request/request-context.ts";
import { createPageSource } from "./page-source.ts";

const CYCLE_MS = 1000;
const METADATA = { generation: 7, builtAtMs: 1000, contentHash: "hash" };

type Held = { readonly text: string; readonly metadata: unknown };

function bodyOf(cluster: string, title = "Top", context = "homepage"): string {
  const carousels = [{ id: "top", title, items: [{ id: "a", title: "A", kind: "movie" }] }];
  return pageJson(
    { context, cluster, generation: 7, builtAt: "2026-07-10T18:00:00.000Z" },
    JSON.stringify(carousels),
  );
}

function withCandidates(base64: string): string {
  return `${bodyOf("esp").slice(0, -1)},"candidates":${JSON.stringify(base64)}}`;
}

/** Pages of a KV that tells how often it was read. */
function sourceOver(held: Map<string, Held>) {
  const read: string[] = [];
  const failures = createFailures(() => undefined);
  const kv = {
    getWithMetadata: (key: string) => {
      read.push(key);
      if (key.endsWith("unreadable")) return Promise.reject(new Error("KV is down"));
      const found = held.get(key);
      const value = found === undefined ? null : new TextEncoder().encode(found.text).buffer;
      return Promise.resolve({ value, metadata: found?.metadata ?? null });
    },
  } as unknown as KVNamespace;
  const pages = createPageSource({ kv, cycleMs: CYCLE_MS, failures }, () => 1e6);
  const behind: Promise<unknown>[] = [];
  const at = (nowMs: number): RequestContext => ({ nowMs, waitUntil: (work) => void behind.push(work) });
  const find = async (cluster: string, nowMs = 0) => {
    const page = await pages.find("homepage", cluster, at(nowMs), 60_000);
    await Promise.all(behind);
    return page;
  };
  return { pages, find, read, failures };
}

function holding(text = bodyOf("esp"), metadata: unknown = METADATA) {
  return new Map<string, Held>([["page:homepage:esp", { text, metadata }]]);
}

describe("pages as KV has them", () => {
  test("are read once a cycle, and held by their bytes", async () => {
    const { pages, find, read } = sourceOver(holding());
    const page = await find("esp");
    expect(page).toMatchObject(METADATA);
    expect(new TextDecoder().decode(page?.body)).toBe(bodyOf("esp"));
    expect(await find("esp", 499)).toBe(page);
    expect(read).toEqual(["page:homepage:esp"]);
    expect(pages.size()).toEqual({ entries: 1, bytes: bodyOf("esp").length + 512 });
  });

  test("are known to be missing for as long", async () => {
    const { pages, find, read } = sourceOver(holding());
    expect([await find("bel"), await find("bel", 499)]).toEqual([undefined, undefined]);
    expect(read).toEqual(["page:homepage:bel"]);
    expect(pages.size()).toEqual({ entries: 1, bytes: 512 });
  });

  test("stay the very bytes at hand while KV has the same version", async () => {
    const held = holding();
    const { find, read } = sourceOver(held);
    const page = await find("esp");
    expect(await find("esp", 2000)).toBe(page);
    expect(read).toHaveLength(2);
  });

  test.each<[string, Held]>([
    ["content", { text: bodyOf("esp"), metadata: { ...METADATA, contentHash: "other" } }],
    ["generation", { text: bodyOf("esp"), metadata: { ...METADATA, generation: 8 } }],
    ["time", { text: bodyOf("esp"), metadata: { ...METADATA, builtAtMs: 2000 } }],
    ["length", { text: bodyOf("esp", "Longer"), metadata: METADATA }],
  ])("are taken anew when their %s is another", async (_, next) => {
    const held = holding();
    const { pages, find } = sourceOver(held);
    const before = await find("esp");
    held.set("page:homepage:esp", next);
    const after = await find("esp", 2000);
    expect(after).not.toBe(before);
    expect(after).toMatchObject(next.metadata as object);
    expect(pages.size()).toEqual({ entries: 1, bytes: next.text.length + 512 });
  });

  test("are served without their candidates, which are kept beside them", async () => {
    const candidates = { seqs: Uint32Array.of(3, 70_000), scores: Float32Array.of(0.5, 1) };
    const stored = withCandidates(packCandidates(candidates).toBase64());
    const { pages, find, failures } = sourceOver(holding(stored));
    const page = await find("esp");
    expect(new TextDecoder().decode(page?.body)).toBe(bodyOf("esp"));
    expect([...(page?.candidates?.seqs ?? [])]).toEqual([3, 70_000]);
    expect(page?.candidates?.scores[0]).toBeCloseTo(0.5, 3);
    expect(pages.size()).toEqual({ entries: 1, bytes: bodyOf("esp").length + 2 * 8 + 512 });
    expect(await find("esp", 2000)).toBe(page);
    expect(failures.counts()).toMatchObject({ "kv-value": 0 });
  });

  test.each(["", "AAAA", "no base64", "é"])(
    "are served without candidates that are none: %j",
    async (candidates) => {
      const { find, failures } = sourceOver(holding(withCandidates(candidates)));
      const page = await find("esp");
      expect(new TextDecoder().decode(page?.body)).toBe(bodyOf("esp"));
      expect(page?.candidates).toBeUndefined();
      expect(failures.counts()).toMatchObject({ "kv-value": 1 });
    },
  );

  test("keep what looks like candidates in a title", async () => {
    const title = ',"candidates":"AAAA';
    const { find } = sourceOver(holding(bodyOf("esp", title)));
    const page = await find("esp");
    expect(new TextDecoder().decode(page?.body)).toBe(bodyOf("esp", title));
    expect(page?.candidates).toBeUndefined();
  });

  test.each<[string, string, unknown]>([
    ["no metadata", bodyOf("esp"), null],
    ["a generation that is no number", bodyOf("esp"), { ...METADATA, generation: "7" }],
    ["a generation that is no integer", bodyOf("esp"), { ...METADATA, generation: 7.5 }],
    ["no time", bodyOf("esp"), { ...METADATA, builtAtMs: undefined }],
    ["a hash that is no ETag", bodyOf("esp"), { ...METADATA, contentHash: 'a"b' }],
    ["an empty hash", bodyOf("esp"), { ...METADATA, contentHash: "" }],
    ["another cluster's page", bodyOf("bel"), METADATA],
    ["another context's page", bodyOf("esp", "Top", "live"), METADATA],
    ["what is no page", "{}", METADATA],
  ])("are not believed with %s", async (_, text, metadata) => {
    const { find, failures } = sourceOver(holding(text, metadata));
    expect(await find("esp")).toBeUndefined();
    expect(failures.counts()).toMatchObject({ "kv-value": 1 });
  });

  test("that can't be read are none, and counted", async () => {
    const { find, failures } = sourceOver(holding());
    expect(await find("unreadable")).toBeUndefined();
    expect(failures.counts()).toMatchObject({ "kv-read": 1, "kv-value": 0 });
  });
});
