import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SlidingPages } from "./sliding-pages.ts";
import { visitsOf } from "./synthetic-visits.ts";
import type { Division } from "./visit-tree.ts";

const T0 = 1_800_000_000;
const visit = fc.record({ after: fc.integer({ min: 0, max: 90 }), item: fc.nat(6), node: fc.nat(2) });

test("at every rebuild a page ranks by what an honest count of its window gives", () => {
  fc.assert(
    fc.property(
      fc.array(visit, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 200 }),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
      (told, windowS, prior) => {
        let timeS = T0;
        const rows = told.map(({ after, item }) => ({
          timeS: (timeS += after),
          item: `i${item}`,
          signals: NO_SIGNALS,
        }));
        const visits = visitsOf(rows);
        const division: Division = {
          parents: Int32Array.of(-1, 0, 1),
          priors: Float64Array.of(0, prior, prior),
          nodeOf: Uint32Array.from(told, ({ node }) => node),
        };
        const pages = new SlidingPages(visits, division, windowS, 0);
        for (let atS = T0 - 5; atS < timeS + windowS + 20; atS += 13) {
          pages.rebuild(atS);
          const shares = [0, 1, 2].reduce<number[][]>((above, node) => {
            const own = Array.from({ length: visits.itemCount }, () => 0);
            let total = 0;
            visits.timesS.forEach((when, at) => {
              if (when >= atS || when < atS - windowS || division.nodeOf[at]! < node) return;
              own[visits.items[at]!]! += 1;
              total += 1;
            });
            const parent = above.at(-1);
            const weight = total + (parent === undefined ? 0 : prior);
            const mean = own.map((count, item) =>
              weight === 0 ? 0 : (count + (parent === undefined ? 0 : prior * parent[item]!)) / weight,
            );
            return [...above, mean];
          }, []);
          for (const [node, own] of shares.entries()) {
            const ranking = [...pages.ranking(node)];
            expect(ranking.length).toBe(own.filter((share) => share > 0).length);
            const ranked = ranking.map((item) => own[item]!);
            for (let at = 1; at < ranked.length; at += 1) {
              expect(ranked[at]!).toBeLessThanOrEqual(ranked[at - 1]! + 1e-6);
            }
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});
