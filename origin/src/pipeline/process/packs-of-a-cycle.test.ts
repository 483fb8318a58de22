/** What a cycle leaves in KV for tailoring at the edge: packs, and the candidates of pages. */
import { beforeEach, describe, expect, test } from "vitest";
import { readCandidates, type Candidates } from "@spillway/model/packs/candidates.ts";
import { readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { readModelPack } from "@spillway/model/packs/model-pack.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import { valueOf } from "@spillway/model/packs/test/value-of.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { parsePackVersions } from "@spillway/shared/protocol/pack-versions.ts";
import { cutCandidates, type Page } from "@spillway/shared/protocol/page.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { seedFans, teamItem } from "../../../test/fans.ts";
import { KvError, type KvNamespace } from "../../kv/kv-namespace.ts";
import { memoryKv, type MemoryKv } from "../../kv/memory.ts";
import { runCycle } from "./cycle.ts";
import type { CycleState } from "../learn/follow-audience.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const PACK_KEYS: ReadonlySet<string> = new Set([KV_KEY.cataloguePack, KV_KEY.modelPack, KV_KEY.packs]);

let database: Database;
let kv: MemoryKv;

beforeEach(() => {
  database = openForTest();
  kv = memoryKv();
  seedFans(database, NOW_MS);
});

/** With a `state`, the cycle only builds pages. */
async function cycle(state?: CycleState, namespace: KvNamespace = kv) {
  let left: CycleState | undefined;
  const before = kv.writes.length;
  const report = await runCycle(
    { database, kv: namespace, now: () => NOW_MS, onStored: (stored) => void (left = stored) },
    "test",
    { refreshState: state, pagesOnly: state !== undefined },
  );
  return { report, state: left!, written: kv.writes.slice(before) };
}

/** As an edge reads them. */
function packs(): Packs {
  const versions = valueOf(parsePackVersions(JSON.parse(kv.pairs.get(KV_KEY.packs)!.value)));
  const [catalogue, model] = [kv.binaries.get(KV_KEY.cataloguePack)!, kv.binaries.get(KV_KEY.modelPack)!];
  expect(catalogue.metadata).toEqual({ contentHash: versions.catalogue?.contentHash });
  expect(model.metadata).toEqual({ contentHash: versions.model?.contentHash });
  const pair = pairPacks(valueOf(readCataloguePack(catalogue.value)), valueOf(readModelPack(model.value)));
  expect(pair).toBeDefined();
  return pair!;
}

function candidatesOf(key: string): { readonly page: Page; readonly candidates: Candidates } {
  const { page, candidates } = cutCandidates(new TextEncoder().encode(kv.pairs.get(key)!.value));
  return {
    page: JSON.parse(new TextDecoder().decode(page)) as Page,
    candidates: valueOf(readCandidates(Buffer.from(candidates!, "base64"))),
  };
}

describe("the packs of a cycle", () => {
  test("hold the catalogue and the model that individual answers use, and are not written again", async () => {
    await cycle();
    const { catalogue, model } = packs();
    expect([...catalogue.itemSeqs]).toEqual(allItems(database).map(({ seq }) => seq));
    expect(model!.weights.length).toBeGreaterThan(100);
    const { report, written } = await cycle();
    expect(written).toEqual([]);
    expect(report).toMatchObject({ packsWritten: 0, packsRefused: [], packs: { budget: "whole" } });
  });

  test("a takedown between full cycles rewrites the catalogue's alone, without the item", async () => {
    const { state } = await cycle();
    upsertItems(database, [{ ...teamItem("ESP", 0), takenDown: true }], "api", NOW_MS + 1);
    const { written } = await cycle(state);
    expect(written.filter((key) => PACK_KEYS.has(key))).toEqual([KV_KEY.cataloguePack, KV_KEY.packs]);
    const { catalogue } = packs();
    const seq = allItems(database).find(({ item }) => item.id === "esp-0")!.seq;
    const row = catalogue.rowOf(seq)!;
    expect(catalogue.contextsAt(NOW_MS).get("homepage")!.factors[row]).toBe(0);
    expect(Buffer.from(catalogue.texts.bytes).includes('"esp-0"')).toBe(false);
  });

  test("an item that has come since has a row at once, and weights with the next full cycle", async () => {
    const { state } = await cycle();
    upsertItems(database, [teamItem("ESP", 77)], "api", NOW_MS + 1);
    const { written } = await cycle(state);
    expect(written).not.toContain(KV_KEY.modelPack);
    const row = packs().catalogue.rowOfId("esp-77")!;
    expect(row).toBe(24);
    expect(packs().model!.targets).not.toContain(row);
    await cycle();
    expect(packs().model!.targets).toContain(row);
  });

  test("a catalogue that has lost an item gets packs of its own rows", async () => {
    await cycle();
    database.sqlite.prepare("DELETE FROM items WHERE id = 'bel-3'").run();
    await cycle();
    expect(packs().catalogue.itemSeqs).toHaveLength(23);
    expect(packs().catalogue.rowOfId("bel-3")).toBeUndefined();
  });

  test("that KV interrupts are written by the next cycle, be it of pages alone", async () => {
    const failing: KvNamespace = {
      ...kv,
      putMany: (pairs) =>
        pairs.some(({ key }) => key === KV_KEY.modelPack)
          ? Promise.reject(new KvError("KV is away"))
          : kv.putMany(pairs),
    };
    let state: CycleState | undefined;
    const onStored = (stored: CycleState): void => void (state = stored);
    await expect(runCycle({ database, kv: failing, now: () => NOW_MS, onStored }, "test")).rejects.toThrow(
      "KV is away",
    );
    expect(kv.pairs.has(KV_KEY.packs)).toBe(false);
    const { written } = await cycle(state);
    expect(written).toEqual([KV_KEY.modelPack, KV_KEY.packs]);
    expect(packs().model!.weights.length).toBeGreaterThan(100);
  });
});

describe("the candidates of a page", () => {
  test("are what it shows and what comes next, with the cluster's scores, and no part of the page", async () => {
    const { state } = await cycle();
    const clusters = state.learned.clusters.map(({ id }) => id);
    const at = clusters.indexOf("esp");
    const { page, candidates } = candidatesOf("page:homepage:esp");
    const seqOf = new Map(allItems(database).map(({ seq, item }) => [item.id, seq]));
    const shown = page.carousels.flatMap(({ items }) => items.map(({ id }) => seqOf.get(id)!));
    expect(shown.length).toBeGreaterThan(10);
    for (const seq of shown) expect(candidates.seqs).toContain(seq);
    candidates.seqs.forEach((seq, place) => {
      const row = allItems(database).findIndex((entry) => entry.seq === seq);
      const score = state.scores.values[at * state.scores.stride + row]!;
      expect(candidates.scores[place]).toBeCloseTo(Math.max(0, score), 3);
    });
    expect(page).not.toHaveProperty("candidates");
    expect(getPage(database, "homepage", "esp")?.carousels).toBe(JSON.stringify(page.carousels));
  });

  test("alone are no reason to write a page", async () => {
    await cycle();
    // Nobody's page shows it, but its neighbours' scores move with one more fan.
    putProfiles(database, [
      {
        user: "one more",
        history: packHistory([{ item: 12, weight: 1, timeMs: NOW_MS - 1e8 }]),
        signals: JSON.stringify({ ...NO_SIGNALS, team: "ESP" }),
        visits: 1,
        source: "import" as const,
        updatedMs: 0,
      },
    ]);
    const { report } = await cycle();
    expect(report.pagesWritten).toBe(report.pagesChanged);
  });

  test("come to the pages of an older release with the first full cycle, and once", async () => {
    await cycle();
    database.sqlite.exec("DELETE FROM page_candidates");
    database.sqlite.exec("UPDATE published SET content_hash = replace(content_hash, '+candidates', '')");
    const pages = [...kv.pairs.keys()].filter((key) => key.startsWith("page:"));
    const { written } = await cycle();
    expect(written.toSorted()).toEqual(pages.toSorted());
    candidatesOf("page:homepage:esp");
    expect((await cycle()).written).toEqual([]);
  });
});
