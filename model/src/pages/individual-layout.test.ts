import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ITEM_KINDS, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { catalogue, instantMs, START_MS } from "../packs/test/arbitrary-catalogue.ts";
import { individualScores } from "../scoring/individual-scores.ts";
import { modelFromColumns, type ItemModel } from "../scoring/item-model.ts";
import { packScores, unpackScores } from "../scoring/packed-scores.ts";
import { rankingModel } from "../scoring/ranking-model.ts";
import { roundTo16Bits } from "../scoring/weights-of-16-bits.ts";
import { createViewerScorer } from "../scoring/viewer-scorer.ts";
import { prepareContexts, type PreparedContext } from "./candidate-carousels.ts";
import {
  DEFAULT_SHAPE,
  hideRows,
  placeCarousels,
  rankCarousels,
  topItemsLimit,
  withGiven,
  type PageShape,
} from "./carousels.ts";
import { createIndividualRanker } from "./individual-layout.ts";
import { createPageWorkspace } from "./page-workspace.ts";
import { topItemsOf, worthOf } from "./top-items.ts";

type Asked = {
  readonly history: readonly (readonly [row: number, value: number])[];
  readonly plays: number;
  readonly prior: Float32Array | undefined;
  readonly hidden: readonly number[];
  readonly again: readonly number[];
  readonly shape: PageShape;
};

/**
 * Both ways to a page of each of these: all scores as they are defined, and all titles of all carousels
 * ranked before one is chosen; and in short. Stored pages' short way is compared as well.
 */
function bothWays(model: ItemModel) {
  const [workspace, scorer] = [createPageWorkspace(), createViewerScorer(rankingModel(model))];
  const rank = createIndividualRanker(scorer);
  return (prepared: PreparedContext, { history, plays, prior, hidden, again, shape }: Asked) => {
    const x = {
      rows: Uint32Array.from(history, ([row]) => row),
      values: Float32Array.from(history, ([, value]) => value),
    };
    const packed = prior && packScores(prior, model.itemSeqs);
    const given = [{ id: "again", title: "Watch again", rows: again, at: 2 }];
    const dense = individualScores(
      model,
      { x, plays, prior: packed },
      new Float32Array(model.itemSeqs.length),
    );
    const worth = worthOf(prepared, dense);
    hideRows(worth, hidden);
    const top = topItemsOf(prepared.table, worth, topItemsLimit(shape), workspace);
    const page = withGiven(prepared, placeCarousels(prepared, worth, top, shape, given), given);
    expect(rankCarousels(prepared, dense, { hidden, given, shape, workspace })).toEqual(page);
    const viewer = { x, plays, prior: packed && unpackScores(packed, model.rowOf) };
    scorer.score(viewer);
    const scores = unsignedZeros(scorer.scores);
    return {
      dense: { scores: unsignedZeros(dense), page },
      own: { scores, page: rank(prepared, viewer, { hidden, given, shape }) },
    };
  };
}

/** A row that is summed whole adds 0 where it has no weight, after which a zero has no sign. */
function unsignedZeros(scores: Float32Array): Float32Array {
  return scores.map((score) => (score === 0 ? 0 : score));
}

const value = fc.oneof(fc.constantFrom(0, 1, 0.5), fc.float({ min: Math.fround(-0.2), max: 1, noNaN: true }));

const ITEMS = 40;

describe("an individual page", () => {
  test("is the dense computation's to the last bit, for any catalogue, instant, model and history", () => {
    const situation = fc.record({
      entries: catalogue,
      nowMs: instantMs,
      weights: fc.array(value, { minLength: ITEMS * ITEMS, maxLength: ITEMS * ITEMS }),
      density: fc.constantFrom(0, 3, 10),
      isOf16Bits: fc.boolean(),
      history: fc.uniqueArray(fc.tuple(fc.nat(ITEMS - 1), value), {
        maxLength: 12,
        selector: ([row]) => row,
      }),
      plays: fc.constantFrom(0, 0.3, 1, 12),
      prior: fc.option(fc.array(value, { minLength: ITEMS, maxLength: ITEMS }), { nil: undefined }),
      hidden: fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 20 }),
      again: fc.uniqueArray(fc.nat(ITEMS - 1), { maxLength: 4 }),
      shape: fc.record({
        carousels: fc.integer({ min: 1, max: 10 }),
        items: fc.integer({ min: 1, max: 12 }),
      }),
    });
    fc.assert(
      fc.property(situation, ({ entries, nowMs, weights, density, isOf16Bits, ...asked }) => {
        const items = entries.map(({ item }) => item);
        const isItem = (row: number): boolean => row < items.length;
        const seqs = Uint32Array.from(entries, ({ seq }) => seq);
        const model = modelFromColumns(
          seqs,
          items.map((_, target) => {
            const all = Array.from(items.keys());
            const sources = all.filter((source) => (source * 7 + target * 3) % 10 < density);
            return {
              sources: Uint32Array.from(sources),
              weights: Float32Array.from(sources, (source) => weights[source * ITEMS + target]!),
            };
          }),
        );
        if (isOf16Bits) roundTo16Bits(model.weights);
        const ways = bothWays(model);
        for (const prepared of prepareContexts(PAGE_CONTEXTS, items, nowMs)) {
          const { dense, own } = ways(prepared, {
            ...asked,
            history: asked.history.filter(([row]) => isItem(row)),
            prior: asked.prior && Float32Array.from(asked.prior.slice(0, items.length)),
            hidden: asked.hidden.filter(isItem),
            again: asked.again.filter(isItem),
          });
          expect(own).toEqual(dense);
        }
      }),
    );
  });

  test.each([
    ["3,000 titles, numbered by 16 bits", 3000, false],
    ["3,000 titles, and their weights of 16 bits", 3000, true],
    ["70,000 titles, numbered by 32", 70_000, true],
  ])("is it where most titles are not looked at: %s", (_, size, isOf16Bits) => {
    const draw = drawFrom(size);
    const items = Array.from({ length: size }, (_item, row) => largeItem(row, draw));
    const model = largeModel(size, draw);
    if (isOf16Bits) roundTo16Bits(model.weights);
    const ways = bothWays(model);
    for (const prepared of prepareContexts(["homepage", "movies", "live"], items, START_MS)) {
      for (const plays of [0, 1, 4, 40, 1500]) {
        const rows = new Set(Array.from({ length: plays }, () => Math.floor(size * draw() ** 3)));
        const history = Array.from(rows, (row) => [row, draw()] as const);
        const { dense, own } = ways(prepared, {
          history,
          plays,
          prior: plays === 4 ? undefined : Float32Array.from(items, () => draw() ** 9),
          hidden: history.map(([row]) => row),
          again: history.slice(0, 3).map(([row]) => row),
          shape: DEFAULT_SHAPE,
        });
        expect(own.page).toEqual(dense.page);
        expect(Buffer.from(own.scores.buffer).equals(Buffer.from(dense.scores.buffer))).toBe(true);
      }
    }
  });
});

/** A linear congruential generator (Numerical Recipes): it is drawn millions of times. */
function drawFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function largeItem(row: number, draw: () => number): Item {
  const genre = (): string => `genre ${Math.floor(60 * draw() ** 3)}`;
  return {
    id: `item-${row}`,
    title: `Item ${row}`,
    kind: ITEM_KINDS[Math.floor(ITEM_KINDS.length * draw())] ?? "movie",
    genres: [...new Set([genre(), genre()])],
    teams: draw() < 0.1 ? [`T${Math.floor(20 * draw())}`] : [],
    ...(draw() < 0.05 && { publishedAt: new Date(START_MS - 1e9 * draw()).toISOString() }),
    takenDown: draw() < 0.02,
  };
}

function largeModel(size: number, draw: () => number): ItemModel {
  return modelFromColumns(
    Uint32Array.from({ length: size }, (_, row) => row + 1),
    Array.from({ length: size }, () => {
      const sources = new Set(Array.from({ length: 15 }, () => Math.floor(size * draw() ** 3)));
      return {
        sources: Uint32Array.from(sources),
        weights: Float32Array.from(sources, () => draw() - 0.1),
      };
    }),
  );
}
