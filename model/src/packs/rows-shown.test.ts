import fc from "fast-check";
import { expect, test } from "vitest";
import type { PageItem } from "@spillway/shared/protocol/page.ts";
import {
  restrictionClasses,
  type Audience,
  type Restriction,
} from "@spillway/shared/protocol/restrictions.ts";
import { isShownTo } from "@spillway/shared/protocol/withheld.ts";
import { createRowsShown } from "./rows-shown.ts";

const country = fc.constantFrom("GB", "IE", "US");
const restriction: fc.Arbitrary<Restriction> = fc.record(
  {
    territories: fc.oneof(
      fc.record({ allowed: fc.array(country, { minLength: 1, maxLength: 2 }) }),
      fc.record({ denied: fc.array(country, { minLength: 1, maxLength: 2 }) }),
    ),
    ageRating: fc.integer({ min: 0, max: 21 }),
  },
  { requiredKeys: [] },
);
const audience: fc.Arbitrary<Audience> = fc.record({
  country: fc.option(country, { nil: undefined }),
  ageLimit: fc.option(fc.integer({ min: 0, max: 21 }), { nil: undefined }),
});
/** `i8` and `i9` are pinned, and not in the catalogue. */
const id = fc.integer({ min: 0, max: 9 }).map((number) => `i${number}`);
const ROWS = 8;

function item(row: number, of: Restriction): PageItem {
  return { id: `i${row}`, title: "T", kind: "movie", ...(of as Pick<PageItem, "territories" | "ageRating">) };
}

test("a row is shown to whom its item would be, newer restrictions and takedowns included", () => {
  fc.assert(
    fc.property(
      fc.array(restriction, { minLength: ROWS + 2, maxLength: ROWS + 2 }),
      fc.array(id),
      fc.array(fc.tuple(id, restriction)),
      audience,
      (restrictions, hidden, changed, to) => {
        const items = restrictions.map((own, row) => item(row, own));
        const { classOf, classes } = restrictionClasses(items.slice(0, ROWS));
        const withheld = { hidden: new Set(hidden), restricted: new Map(changed) };
        const isShown = createRowsShown(
          {
            itemSeqs: new Uint32Array(ROWS),
            rowOfId: (of) => (Number(of.slice(1)) < ROWS ? Number(of.slice(1)) : undefined),
            restrictionClass: classOf,
            restrictions: classes,
          },
          withheld,
          (row) => items[row],
        )(to);
        expect(items.map((_, row) => isShown.has(row))).toEqual(
          items.map((own) => isShownTo(own, withheld, to)),
        );
        expect(isShown.has(ROWS + 2)).toBe(false);
      },
    ),
  );
});
