import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { catalogue, instantMs } from "../packs/test/arbitrary-catalogue.ts";
import { prepareContexts } from "./candidate-carousels.ts";
import { rankCarousels } from "./carousels.ts";
import { createPageWorkspace } from "./page-workspace.ts";
import { createSortingRoom, sortByWorth } from "./sort-by-worth.ts";
import { placeCandidates } from "./tailored-layout.ts";
import { createTailoringWorkspace } from "./tailoring-workspace.ts";

const score = fc.oneof(
  fc.constantFrom(0, -1, Number.NaN, 1, 0.5),
  fc.float({ min: Math.fround(1e-6), max: 2, noNaN: true }),
);

describe("a tailored page", () => {
  test("is the origin's with all other titles hidden, for any catalogue, instant and scores", () => {
    const [workspace, pageWorkspace] = [createTailoringWorkspace(), createPageWorkspace()];
    const situation = fc.record({
      entries: catalogue,
      nowMs: instantMs,
      scores: fc.array(score, { minLength: 40, maxLength: 40 }),
      isCandidate: fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
      again: fc.uniqueArray(fc.nat(39), { maxLength: 4 }),
      shape: fc.record({
        carousels: fc.integer({ min: 1, max: 10 }),
        items: fc.integer({ min: 1, max: 12 }),
      }),
    });
    fc.assert(
      fc.property(situation, ({ entries, nowMs, scores, isCandidate, again, shape }) => {
        const items = entries.map(({ item }) => item);
        const byRow = Float32Array.from(scores.slice(0, items.length));
        const all = Array.from(items.keys());
        const rows = Uint32Array.from(all.filter((row) => isCandidate[row]));
        const seen = again.filter((row) => row < items.length);
        const given = seen.length === 0 ? [] : [{ id: "again", title: "Watch again", rows: seen, at: 2 }];
        for (const prepared of prepareContexts(PAGE_CONTEXTS, items, nowMs)) {
          const expected = rankCarousels(prepared, byRow, {
            hidden: all.filter((row) => !isCandidate[row]),
            given,
            shape,
            workspace: pageWorkspace,
          });
          const placed = placeCandidates(prepared, { rows, scores: byRow.slice() }, given, workspace, shape);
          const shown = placed.map(({ carousel, rows: own }) => {
            const { id, title } = prepared.carousels[carousel]!;
            return { id, title, rows: own };
          });
          for (const { at, ...carousel } of given) shown.splice(at, 0, carousel);
          expect(shown).toEqual(expected);
          const shownRows = shown.flatMap(({ rows: own }) => own);
          expect(new Set(shownRows).size).toBe(shownRows.length);
        }
      }),
    );
  });

  test("sorts its titles by worth, and those of the same worth by their place in the catalogue", () => {
    const worth = fc.array(
      fc.oneof(fc.constantFrom(0, 1, 2 ** -149, Infinity), fc.float({ min: 0, noNaN: true })),
      { maxLength: 500 },
    );
    fc.assert(
      fc.property(worth, fc.boolean(), (values, areReversed) => {
        const byRow = Float32Array.from(values);
        const rows = Uint32Array.from(byRow.keys());
        if (areReversed) rows.reverse();
        const room = createSortingRoom(rows.length);
        rows.forEach((row, at) => (room.keys[at] = byRow[row]!));
        const sorted = Array.from(sortByWorth(rows, room), (place) => rows[place]!);
        expect(sorted).toEqual(Array.from(rows).toSorted((a, b) => byRow[b]! - byRow[a]! || a - b));
      }),
    );
  });
});
