import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { tasteGroup } from "@spillway/shared/signals/signals.ts";
import { describe, expect, test } from "vitest";
import type { Histories } from "../profile/histories.ts";
import { historyOf } from "../profile/histories.ts";
import { modelFromColumns, type ItemModel } from "../scoring/item-model.ts";
import { createTasteFinder, tasteTables } from "./taste-finder.ts";
import { affinityOf, tasteFor, type Taste } from "./taste.ts";
import { packTaste, unpackTaste } from "./packed-taste.ts";

const GENRES = ["crime", "kids", "space", "news"] as const;
const PER_GENRE = 15;
const ITEMS = GENRES.length * PER_GENRE;

/** Items lead to those of their genre. */
function modelOf(items = ITEMS): ItemModel {
  const columns = Array.from({ length: items }, (_, target) => {
    const first = Math.floor(target / PER_GENRE) * PER_GENRE;
    const sources = Uint32Array.from({ length: PER_GENRE }, (_row, at) => first + at).filter(
      (row) => row !== target && row < items,
    );
    return { sources, weights: Float32Array.from(sources, (row) => 0.1 + ((row * 7 + target * 3) % 5) / 50) };
  });
  return modelFromColumns(
    Uint32Array.from({ length: items }, (_, row) => 100 + row),
    columns,
  );
}

/** Each user watches five items, nearly all of one genre. */
function historiesOf(users: number, seed: number): Histories {
  const draw = seededRandom(seed);
  const rows = Uint32Array.from({ length: 5 * users }, (_, at) => {
    const genre = draw() < 0.95 ? Math.floor(at / 5) % GENRES.length : Math.floor(draw() * GENRES.length);
    return genre * PER_GENRE + Math.floor(draw() * PER_GENRE);
  });
  const starts = Uint32Array.from({ length: users + 1 }, (_, user) => 5 * user);
  return {
    starts,
    playEnds: starts.subarray(1),
    rows,
    values: new Float32Array(rows.length).fill(1 / Math.sqrt(5)),
  };
}

const everybody = (users: number): Uint32Array => Uint32Array.from({ length: users }, (_, user) => user);

function make(histories: Histories, maxSegments = 16, previous?: Taste, model = modelOf()): Taste {
  const options = {
    maxSegments,
    minMembers: 2,
    draw: seededRandom(1),
    labelsOf: (row: number) => [GENRES[Math.floor(row / PER_GENRE)] ?? "new"],
  };
  return tasteFor(model, histories, options, previous);
}

function affinities(taste: Taste, histories: Histories): string[] {
  return Array.from(everybody(histories.starts.length - 1), (user) =>
    affinityOf(taste, historyOf(histories, user)),
  );
}

describe("taste segments", () => {
  const histories = historiesOf(400, 1);
  const taste = make(histories);

  test("gather users of one taste in groups named after it", () => {
    const groups = affinities(taste, histories).map(tasteGroup);
    const right = groups.filter((group, user) => group === GENRES[user % GENRES.length]).length;
    expect(right / groups.length).toBeGreaterThan(0.9);
    expect(new Set(taste.names).size).toBe(16);
  });

  test("stay as they are when they still fit: with the same input exactly, with 1 % new plays for nine users in ten", () => {
    const before = affinities(taste, histories);
    const same = make(histories, 16, taste);
    expect(same.names).toEqual(taste.names);
    expect(affinities(same, histories)).toEqual(before);
    const rows = histories.rows.map((row, at) => (at % 100 === 0 ? (row + 20) % ITEMS : row));
    const moved = { ...histories, rows };
    const after = affinities(make(moved, 16, taste), moved);
    expect(after.filter((name, user) => name === before[user]).length / before.length).toBeGreaterThanOrEqual(
      0.9,
    );
  });

  test("found anew, inherit the names of those whose users they took over", () => {
    const before = affinities(taste, histories);
    const more = make(histories, 36, taste);
    expect(more.names.length).toBe(36);
    const stayed = affinities(more, histories).filter(
      (name, user) => tasteGroup(name) === tasteGroup(before[user] ?? ""),
    );
    expect(stayed.length / before.length).toBeGreaterThan(0.6);
    // What was not inherited has never been in use.
    const fresh = more.names.filter((name) => !taste.names.includes(name));
    expect(fresh.length).toBeLessThan(more.names.length);
    expect(new Set([...taste.names, ...fresh]).size).toBe(taste.names.length + fresh.length);
  });

  test("an item that came later is placed by what it leads to, and one that leads nowhere tells nothing", () => {
    const grown = make(histories, 16, taste, modelOf(ITEMS + 2));
    expect(grown.names).toEqual(taste.names);
    expect(affinityOf(grown, { rows: Uint32Array.of(ITEMS + 1), values: Float32Array.of(1) })).toBe("none");
    expect(affinityOf(grown, { rows: new Uint32Array(0), values: new Float32Array(0) })).toBe("none");
  });

  test("are found by the kernel as they are without it, for a history of any length", () => {
    const find = createTasteFinder(tasteTables(taste));
    const found = Array.from(everybody(400), (user) => find(historyOf(histories, user)));
    expect(found).toEqual(affinities(taste, histories));
    const long = historyOf(histories, 7);
    const rows = Uint32Array.from({ length: 2503 }, (_, at) => long.rows[at % long.rows.length] ?? 0);
    const values = new Float32Array(rows.length).fill(0.02);
    expect(find({ rows, values })).toBe(affinityOf(taste, { rows, values }));
    expect(find({ rows: new Uint32Array(0), values: new Float32Array(0) })).toBe("none");
    expect(createTasteFinder(tasteTables(make(historiesOf(0, 1))))(long)).toBe("none");
  });

  test("survive packing; cut or foreign bytes are no taste", () => {
    const packed = packTaste({ ...taste, names: taste.names.map((name) => `ü${name}`) });
    const back = unpackTaste(packed);
    expect(back?.names[3]).toBe(`ü${taste.names[3]}`);
    expect(back?.vectors).toEqual(taste.vectors);
    expect(back?.perSource).toEqual(Float32Array.from(taste.perSource));
    expect(back?.pageRows).toEqual(taste.pageRows);
    expect(unpackTaste(packed.subarray(0, packed.length - 4))).toBeUndefined();
    expect(unpackTaste(Buffer.alloc(0))).toBeUndefined();
  });

  test("of a version that stored no pages can be read, and choose by whole pages", () => {
    const pagesBytes = taste.pageRows.byteLength;
    const packed = packTaste(taste).slice(0, -pagesBytes);
    packed[0] = "1".charCodeAt(0);
    const old = unpackTaste(packed);
    expect(old?.names).toEqual(taste.names);
    expect(old?.pageRows.length).toBe(0);
    expect(affinities(old!, histories)).not.toContain("none");
    // The next training gives them their pages.
    expect(make(histories, 16, old).pageRows).toEqual(taste.pageRows);
  });

  test("nobody with a history gives no segments, and one user one", () => {
    expect(make(historiesOf(0, 1)).names).toEqual([]);
    const one = historiesOf(1, 1);
    expect(affinities(make(one), one)[0]).toMatch(/_1$/);
  });
});
