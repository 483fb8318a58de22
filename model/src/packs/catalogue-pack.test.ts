import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { checkPage, pageJson } from "@spillway/shared/protocol/page.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { prepareContexts, withOwnTable, type PreparedContext } from "../pages/candidate-carousels.ts";
import { EVERYTHING, FAMILY_ITEMS, rulesOf, type CarouselRule } from "../pages/carousel-rules.ts";
import { isAvailable } from "../pages/availability.ts";
import { familyMembers } from "../pages/family-members.ts";
import { carouselsJson, toPageItem } from "../pages/page-item.ts";
import { buildCataloguePack, readCataloguePack, type CataloguePack } from "./catalogue-pack.ts";
import { valueOf } from "./test/value-of.ts";
import { catalogue, instantMs, START_MS } from "./test/arbitrary-catalogue.ts";

const read = (bytes: Uint8Array): CataloguePack => valueOf(readCataloguePack(bytes));

/** What may stand in each carousel, straight from the rules: key → rows. */
function membersByRule(items: readonly Item[], nowMs: number): Map<string, [string, number[]][]> {
  const available = items.map((item) => isAvailable(item, nowMs));
  const fill = (rule: CarouselRule): [string, number[]][] => {
    if ("windowOf" in rule) {
      const rows = [...items.keys()].filter((row) => {
        const window = rule.windowOf(items[row]!);
        return available[row] && window !== undefined && window.fromMs <= nowMs && nowMs < window.untilMs;
      });
      return [[rule.key, rows]];
    }
    return familyMembers(rule.valuesOf, items)
      .filter(({ rows }) => rows.length >= FAMILY_ITEMS)
      .toSorted((a, b) => (a.value < b.value ? -1 : 1))
      .map(({ value, rows }) => [`${rule.key} ${value}`, rows.filter((row) => available[row])]);
  };
  const shown = (rules: readonly CarouselRule[]) => rules.flatMap(fill).filter(([, rows]) => rows.length > 0);
  return new Map(
    PAGE_CONTEXTS.map((context) => {
      const own = shown(rulesOf(context, items));
      return [context, own.length > 0 ? own : shown([EVERYTHING])];
    }),
  );
}

function plain(context: PreparedContext): unknown {
  return {
    ...context,
    factors: [...context.factors],
    carousels: context.carousels.map((carousel) => ({ ...carousel, rows: [...carousel.rows] })),
  };
}

describe("the contexts of a catalogue pack", () => {
  test("are those of the origin at every instant, and those of the rules", () => {
    fc.assert(
      fc.property(catalogue, fc.array(instantMs, { minLength: 1, maxLength: 4 }), (entries, instants) => {
        const items = entries.map(({ item }) => item);
        const bytes = buildCataloguePack(entries, Math.min(...instants));
        for (const nowMs of instants) {
          const contexts = read(bytes).contextsAt(nowMs);
          const expected = prepareContexts(PAGE_CONTEXTS, items, nowMs).map(withOwnTable);
          expect([...contexts.values()].map(plain)).toEqual(expected.map(plain));
          const byRule = membersByRule(items, nowMs);
          for (const { context, carousels, factors } of contexts.values()) {
            expect(carousels.map(({ key, rows }) => [key, [...rows]])).toEqual(byRule.get(context));
            factors.forEach((factor, row) => expect(factor > 0).toBe(isAvailable(items[row]!, nowMs)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("are exact whenever they were remembered or prepared ahead, but for a minute's freshness", () => {
    fc.assert(
      fc.property(
        catalogue,
        instantMs,
        fc.array(fc.tuple(fc.integer({ min: -5000, max: 90_000 }), fc.boolean()), { maxLength: 12 }),
        (entries, fromMs, steps) => {
          const items = entries.map(({ item }) => item);
          const pack = read(buildCataloguePack(entries));
          let nowMs = fromMs;
          for (const [step, ahead] of steps) {
            nowMs += step;
            if (ahead) pack.prepareAhead(nowMs);
            const byRule = membersByRule(items, nowMs);
            for (const { context, carousels } of pack.contextsAt(nowMs).values()) {
              expect(carousels.map(({ key, rows }) => [key, [...rows]])).toEqual(byRule.get(context));
            }
            expect(pack.bytes()).toBeLessThanOrEqual(pack.mostBytes);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("are remembered for a minute, and no longer", () => {
    const film: Item = { id: "a", title: "A", kind: "movie", genres: [], teams: [], takenDown: false };
    const pack = read(buildCataloguePack([{ seq: 3, item: film }]));
    const first = pack.contextsAt(START_MS);
    expect(pack.contextsAt(START_MS + 59_999)).toBe(first);
    const second = pack.contextsAt(START_MS + 60_000);
    expect(second).not.toBe(first);
    pack.prepareAhead(START_MS + 60_000 + 45_000);
    const bytes = pack.bytes();
    pack.contextsAt(START_MS + 120_000);
    expect(pack.bytes()).toBe(bytes);
  });
});

describe("the texts of a catalogue pack", () => {
  test("are the items' as pages show them, found by id and by number; without what is taken down", () => {
    fc.assert(
      fc.property(catalogue, (entries) => {
        const { texts, itemSeqs, rowOf, rowOfId, hubs } = read(buildCataloguePack(entries));
        expect([...itemSeqs]).toEqual(entries.map(({ seq }) => seq));
        entries.forEach(({ seq, item }, row) => {
          expect(rowOf(seq)).toBe(row);
          expect(rowOfId(item.id)).toBe(item.takenDown ? undefined : row);
          expect(hubs[row]).toBe(item.kind === "hub" ? 1 : 0);
        });
        expect([rowOf(0), rowOf(1e9), rowOf(0xffffffff), rowOfId("other"), rowOfId("")]).toEqual(
          Array.from({ length: 5 }),
        );
        const shown = [...entries.keys()].filter((row) => !entries[row]!.item.takenDown);
        const json = new TextDecoder().decode(carouselsJson([{ id: "c", title: "C", rows: shown }], texts));
        expect(JSON.parse(json)).toEqual([
          { id: "c", title: "C", items: shown.map((row) => toPageItem(entries[row]!.item)) },
        ]);
      }),
    );
  });

  test("of a pack that stands beside its successor are not looked at twice, and a broken one is still found", () => {
    const films = ["a", "b"].map((id, at): { seq: number; item: Item } => ({
      seq: at + 1,
      item: { id, title: "Title", kind: "movie", genres: [], teams: [], takenDown: false },
    }));
    const bytes = buildCataloguePack(films);
    const before = read(bytes);
    const broken = bytes.slice();
    const at = new TextDecoder("latin1").decode(broken).lastIndexOf("}");
    broken[at] = 0x20;
    expect(readCataloguePack(bytes, before).ok).toBe(true);
    expect(readCataloguePack(broken, before)).toMatchObject({ ok: false, issues: [{ key: "texts[1]" }] });
  });
});

describe("a broken catalogue pack", () => {
  test("is refused, or serves nothing but pages", () => {
    let accepted = 0;
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(
        catalogue,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.option(fc.nat(), { freq: 4 }),
        instantMs,
        (entries, changes, cut, nowMs) => {
          const bytes = buildCataloguePack(entries);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const given = cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
          const pack = readCataloguePack(given);
          expect(pack.ok || pack.issues[0]!.reason).not.toBe("");
          if (!pack.ok) return;
          accepted += 1;
          pack.value.rowOfId("id");
          for (const { context, carousels } of pack.value.contextsAt(nowMs).values()) {
            const ranked = carousels
              .filter(({ rows }) => rows.length > 0)
              .map(({ id, title, rows }) => ({ id, title, rows: [...rows] }));
            if (ranked.length === 0) continue;
            const json = new TextDecoder().decode(carouselsJson(ranked, pack.value.texts));
            const head = { context, cluster: "c", generation: 1, builtAt: new Date(nowMs).toISOString() };
            const page = checkPage(pageJson(head, json));
            // The fields of an item beyond id, title and kind are drawn by clients, which check them.
            const issues = page.ok ? [] : page.issues;
            expect(issues.every(({ key }) => /items/.test(key))).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
    // Some get through, so that what follows was tried: about twenty of a thousand.
    expect(accepted).toBeGreaterThan(0);
  });

  test("does not read what is no pack", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(readCataloguePack(bytes).ok).toBe(false);
      }),
    );
  });
});
