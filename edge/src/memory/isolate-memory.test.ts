import { beforeAll, describe, expect, test } from "vitest";
import { buildCataloguePack, readCataloguePack } from "@spillway/model/packs/catalogue-pack.ts";
import { buildModelPack, readModelPack } from "@spillway/model/packs/model-pack.ts";
import { budgetPacks } from "@spillway/model/packs/pack-budget.ts";
import { pairPacks, type Packs } from "@spillway/model/packs/packs.ts";
import { modelFromColumns, type ItemModel } from "@spillway/model/scoring/item-model.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { issuesLine, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { ISOLATE_BYTES, keptBytes, MEMORY, pagesBytes } from "./isolate-memory.ts";

const TITLES = 20_000;
const NOW_MS = Date.UTC(2026, 6, 10);
const DAY_MS = 24 * 3600 * 1000;
const GENRES = Array.from({ length: 24 }, (_, at) => `Genre ${at}`);

function valueOf<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(issuesLine(checked.issues));
  return checked.value;
}

/** Films and series with all that a platform says of them, one in fifty of which comes or goes. */
function catalogue() {
  const draw = seededRandom(5);
  return Array.from({ length: TITLES }, (_, row) => {
    const genre = () => GENRES[Math.floor(draw() * GENRES.length)] ?? "";
    const item: Item = {
      id: `title-${row}-${row % 97}`,
      title: `A title of some twenty characters ${row}`,
      kind: row % 3 === 0 ? "series" : "movie",
      genres: [...new Set([genre(), genre(), genre()])],
      teams: [],
      publishedAt: new Date(NOW_MS - draw() * 3000 * DAY_MS).toISOString(),
      durationMin: 20 + (row % 150),
      hue: row % 360,
      takenDown: false,
      ...(row % 50 === 0 && { availableUntil: new Date(NOW_MS + draw() * 30 * DAY_MS).toISOString() }),
    };
    return { seq: row + 1, item };
  });
}

/** 200 weights into each title, from popular ones more. */
function model(): ItemModel {
  const draw = seededRandom(6);
  return modelFromColumns(
    Uint32Array.from({ length: TITLES }, (_, row) => row + 1),
    Array.from({ length: TITLES }, () => ({
      sources: Uint32Array.from({ length: 200 }, () => Math.floor(TITLES * draw() ** 1.5)),
      weights: Float32Array.from({ length: 200 }, () => draw() - 0.2),
    })),
  );
}

describe("an isolate with the packs of 20,000 titles", () => {
  let packs: Packs;
  let modelBytes = 0;
  beforeAll(() => {
    const pack = valueOf(readCataloguePack(buildCataloguePack(catalogue(), NOW_MS)));
    const whole = model();
    const budget = budgetPacks(whole, pack.mostBytes);
    if (budget.kind !== "whole" && budget.kind !== "fewer-weights") throw new Error(budget.kind);
    const bytes = buildModelPack(whole, budget);
    modelBytes = bytes.byteLength;
    const paired = pairPacks(pack, valueOf(readModelPack(bytes)));
    if (paired === undefined) throw new Error("no pair");
    packs = paired;
    // Two instants with different carousels.
    packs.catalogue.contextsAt(NOW_MS);
    packs.catalogue.contextsAt(NOW_MS + 3 * DAY_MS);
  });

  test("keeps them in 12 MB, with as many weights a row as a lab found to be enough", () => {
    expect(packs.bytes()).toBeLessThan(12_000_000);
    expect(packs.bytes()).toBeGreaterThan(9_000_000);
    expect(packs.model?.weights.length ?? 0).toBeGreaterThanOrEqual(40 * TITLES);
  });

  test("keeps 64 MB in all while they are swapped, everything else being full", () => {
    const sizes = {
      bytes: packs.bytes(),
      swapBytes: Math.max(packs.catalogue.mostBytes, modelBytes),
    };
    const kept = keptBytes({
      pages: pagesBytes(sizes),
      overlays: MEMORY.overlays,
      packs: sizes,
      suspects: 500_000,
    });
    const total = Object.values(kept).reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeLessThanOrEqual(ISOLATE_BYTES);
    expect(kept.pages).toBeGreaterThan(13_000_000);
  });
});

test("without packs, or with small ones, stored pages have 24 MiB", () => {
  expect(pagesBytes({ bytes: 0, swapBytes: 0 })).toBe(24 * 1024 * 1024);
  expect(pagesBytes({ bytes: 2_500_000, swapBytes: 1_500_000 })).toBe(24 * 1024 * 1024);
  expect(pagesBytes({ bytes: 40_000_000, swapBytes: 20_000_000 })).toBe(12 * 1024 * 1024);
});
