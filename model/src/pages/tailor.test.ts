import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overlayPins, type PublishedPin } from "@spillway/shared/protocol/editorial.ts";
import { checkPage, type Page } from "@spillway/shared/protocol/page.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { buildCataloguePack, readCataloguePack } from "../packs/catalogue-pack.ts";
import type { Candidates } from "../packs/candidates.ts";
import { buildModelPack, readModelPack } from "../packs/model-pack.ts";
import { pairPacks, type Packs } from "../packs/packs.ts";
import { catalogue, instantMs, START_MS } from "../packs/test/arbitrary-catalogue.ts";
import { valueOf } from "../packs/test/value-of.ts";
import { foldEvents, NO_PROFILE, type FoldableEvent } from "../profile/fold.ts";
import { packViewerState, readViewerState } from "../profile/viewer-state-codec.ts";
import { withEvents } from "../profile/viewer-changes.ts";
import { viewerStateOf } from "../profile/viewer-state-of.ts";
import { newViewerState, type ViewerState } from "../profile/viewer-state.ts";
import type { CatalogueEntry } from "../scoring/catalogue-entry.ts";
import { modelFromColumns } from "../scoring/item-model.ts";
import { isAvailable } from "./availability.ts";
import { toPageItem } from "./page-item.ts";
import { rowSet } from "./row-set.ts";
import { createRowPins } from "./row-pins.ts";
import { canBeTailored, tailoredCarousels } from "./tailor.ts";
import { createTailoringWorkspace } from "./tailoring-workspace.ts";
import { tailoredPage } from "./tailored-page.ts";

const workspace = createTailoringWorkspace();
const SIGNALS = { affinity: "none", recency: "none", depth: "new" } as const;
const OWNER = "0123456789ab";
/** The rows of arbitrary catalogues have numbers up to this. */
const MAX_SEQ = 70;

/** Each item leads to some others, with weights of either sign. */
function packsOf(entries: readonly CatalogueEntry[], seed: number): Packs {
  const itemSeqs = Uint32Array.from(entries, ({ seq }) => seq);
  const columns = entries.map((_, target) => {
    const sources = entries.flatMap((_entry, source) =>
      (source * 7 + target * 3 + seed) % 4 === 0 ? [source] : [],
    );
    const weights = sources.map((source) => (((source + 1) * (target + 3) * (seed + 5)) % 11) - 3);
    return { sources: Uint32Array.from(sources), weights: Float32Array.from(weights) };
  });
  const model = buildModelPack(modelFromColumns(itemSeqs, columns), { weightsPerRow: 100 });
  const pair = pairPacks(
    valueOf(readCataloguePack(buildCataloguePack(entries))),
    valueOf(readModelPack(model)),
  );
  if (pair === undefined) throw new Error("not a pair");
  return pair;
}

const event: fc.Arbitrary<FoldableEvent> = fc.record({
  type: fc.constantFrom("play", "complete", "progress", "click", "hide"),
  item: fc.integer({ min: 1, max: MAX_SEQ }),
  timeMs: fc.integer({ min: START_MS - 3e9, max: START_MS }),
  progress: fc.constantFrom(0.2, 0.85, 1),
});

const viewers: fc.Arbitrary<ViewerState> = fc
  .array(event, { maxLength: 40 })
  .map((events) => viewerStateOf(foldEvents(NO_PROFILE, events), { ...SIGNALS }, START_MS, START_MS));

const candidates: fc.Arbitrary<Candidates> = fc
  .uniqueArray(fc.integer({ min: 1, max: MAX_SEQ }), { minLength: 10, maxLength: 60 })
  .map((seqs) => {
    const ascending = seqs.toSorted((a, b) => a - b);
    return {
      seqs: Uint32Array.from(ascending),
      scores: Float32Array.from(ascending, (seq) => (seq % 7) / 6),
    };
  });

const situation = fc.record({
  entries: catalogue.filter((entries) => entries.length > 5),
  seed: fc.nat(9),
  nowMs: instantMs,
  viewer: viewers,
  candidates,
  context: fc.constantFrom("homepage", ...PAGE_CONTEXTS),
  pinned: fc.array(
    fc.record({ titled: fc.boolean(), rows: fc.uniqueArray(fc.nat(39), { minLength: 1, maxLength: 3 }) }),
    { maxLength: 2 },
  ),
  isGone: fc.array(fc.constantFrom(false, false, false, true), { minLength: 40, maxLength: 40 }),
});

function pinsOf(
  pinned: readonly { readonly titled: boolean; readonly rows: readonly number[] }[],
  entries: readonly CatalogueEntry[],
): PublishedPin[] {
  const items = pinned.map(({ rows }) =>
    rows.flatMap((row) => (entries[row] === undefined ? [] : [toPageItem(entries[row].item)])),
  );
  return pinned.map(({ titled }, at) => ({
    id: `pin-${at}`,
    when: {},
    contexts: ["homepage"],
    ...(titled && { title: `Pin ${at}` }),
    // An item that the catalogue pack does not have yet.
    items: [...items[at]!, { id: "brand-new", title: "Brand new", kind: "movie" }],
  }));
}

const HEAD = { context: "homepage", cluster: "esp", generation: 7, builtAt: "2026-07-10T00:00:00Z" };

function parsed(body: Uint8Array): Page {
  return valueOf(checkPage(body));
}

/** As it comes back in the cookie, after each event. */
function viewerAfter(...types: readonly FoldableEvent["type"][]): ViewerState {
  let state = newViewerState(START_MS);
  for (const type of types) {
    const next = withEvents(state, [{ type, item: 1, timeMs: START_MS }], START_MS);
    state = readViewerState(packViewerState(next, "0123456789ab").bytes)?.state ?? state;
  }
  return state;
}

describe("who can be tailored", () => {
  test.each([
    [["play"], true],
    // As in a storefront: the card is opened, then its title is played.
    [["click", "play"], true],
    [["click", "click", "complete"], true],
    [["hide"], true],
    [["click"], false],
  ] as const)("after %j: %j", (types, can) => {
    expect(canBeTailored(viewerAfter(...types))).toBe(can);
  });

  test("nobody by a state whose sum is out of bounds", () => {
    for (const plays of [Number.NaN, Infinity, -1])
      expect(canBeTailored({ ...viewerAfter("play"), plays })).toBe(false);
  });
});

describe("a tailored page", () => {
  test("shows no title twice, and none that is gone, not available, watched or not wanted", () => {
    let pages = 0;
    fc.assert(
      fc.property(situation, ({ entries, seed, nowMs, viewer, candidates: own, context, pinned, isGone }) => {
        const packs = packsOf(entries, seed);
        const rowPins = createRowPins(packs.catalogue);
        const pins = pinsOf(pinned, entries);
        const carousels = tailoredCarousels(
          {
            packs,
            context,
            viewer,
            candidates: own,
            pins: pins.map(rowPins.rowsOf),
            contentNowMs: nowMs,
            shown: {
              has: (row) => isGone[row] !== true,
              rows: rowSet(entries.length, (row) => isGone[row] !== true),
            },
          },
          workspace,
        );
        if (carousels === undefined) return;
        pages += 1;
        const rows = carousels.flatMap((carousel) => carousel.rows);
        expect(new Set(rows).size).toBe(rows.length);
        const ofCatalogue = rows.filter((row) => row < entries.length);
        for (const row of ofCatalogue) {
          expect(isAvailable(entries[row]!.item, nowMs)).toBe(true);
          expect(isGone[row]).toBe(false);
          expect(viewer.hidden).not.toContain(entries[row]!.seq);
        }
        const watched = new Set(viewer.titles.items.filter((_, at) => viewer.titles.watched[at] === 1));
        const pinnedRows = new Set(pins.flatMap((pin) => rowPins.rowsOf(pin).items));
        const offered = carousels
          .filter(({ id }) => id !== "again" && id !== "continue")
          .flatMap((carousel) => carousel.rows)
          .filter((row) => row < entries.length && !pinnedRows.has(row));
        for (const row of offered) {
          expect(watched.has(entries[row]!.seq) && entries[row]!.item.kind !== "hub").toBe(false);
        }
        expect(carousels.every((carousel) => carousel.rows.length > 0)).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect(pages).toBeGreaterThan(100);
  });

  test("has its pins as a stored page has them, and is a page whose hash goes by its content", () => {
    const hashes = new Map<string, string>();
    fc.assert(
      fc.property(situation, ({ entries, seed, nowMs, viewer, candidates: own, context, pinned }) => {
        const packs = packsOf(entries, seed);
        const { texts } = packs.catalogue;
        const rowPins = createRowPins(packs.catalogue);
        const pins = pinsOf(pinned, entries).map((pin) => ({
          ...pin,
          items: pin.items.filter(({ id }) => {
            const row = packs.catalogue.rowOfId(id);
            const isUnwanted = row !== undefined && viewer.hidden.includes(entries[row]!.seq);
            return !isUnwanted && (row === undefined || isAvailable(entries[row]!.item, nowMs));
          }),
        }));
        const input = {
          packs,
          context,
          viewer,
          candidates: own,
          contentNowMs: nowMs,
        };
        const bare = tailoredCarousels({ ...input, pins: [] }, workspace);
        const laid = tailoredCarousels({ ...input, pins: pins.map(rowPins.rowsOf) }, workspace);
        expect(bare === undefined).toBe(laid === undefined);
        if (bare === undefined || laid === undefined) return;
        const stored = parsed(tailoredPage(HEAD, bare, texts).body);
        const page = tailoredPage(HEAD, laid, texts, pins.length === 0 ? undefined : rowPins.texts);
        expect(parsed(page.body)).toEqual({ ...HEAD, carousels: overlayPins(stored.carousels, pins) });
        expect(page.contentHash).toMatch(/^t[0-9a-f]{16}$/);
        const content = JSON.stringify(parsed(page.body).carousels);
        expect(hashes.get(page.contentHash) ?? content).toBe(content);
        hashes.set(page.contentHash, content);
        const again = tailoredPage(HEAD, laid, { ...texts }, pins.length === 0 ? undefined : rowPins.texts);
        expect(again.contentHash).toBe(page.contentHash);
      }),
    );
  });

  test("throws nothing for any viewer state that can be read, and any candidates", () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    const changed = fc.tuple(viewers, fc.nat(), fc.nat(255)).map(([viewer, at, value]) => {
      const packed = packViewerState(viewer, OWNER).bytes.slice();
      packed[at % packed.length] = value;
      return packed;
    });
    let read = 0;
    fc.assert(
      fc.property(situation, fc.oneof(bytes, changed), (where, carried) => {
        const viewer = readViewerState(carried)?.state;
        if (viewer === undefined) return;
        read += 1;
        const packs = packsOf(where.entries, where.seed);
        const input = {
          ...where,
          packs,
          viewer,
          pins: [],
          contentNowMs: where.nowMs,
        };
        const carousels = tailoredCarousels(input, workspace) ?? [];
        const rows = carousels.flatMap((carousel) => carousel.rows);
        expect(new Set(rows).size).toBe(rows.length);
      }),
      { numRuns: 300 },
    );
    expect(read).toBeGreaterThan(20);
  });
});
