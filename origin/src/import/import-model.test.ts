import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { columnsOf, packModel, unpackModel, emptyModel } from "@spillway/model/scoring/item-model.ts";
import type { Database } from "@spillway/store/database.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { getModel, IMPORTED_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { importModel, type ModelImport } from "./import-model.ts";

function setUp(ids: readonly string[]) {
  const path = temporaryPath();
  const database = openForTest(path);
  const base = { kind: "movie" as const, genres: [], teams: [], takenDown: false };
  upsertItems(
    database,
    ids.map((id) => ({ ...base, id, title: id })),
    "import",
    1,
  );
  const run = (name: string, content: string | Uint8Array): Promise<ModelImport> => {
    const file = join(dirname(path), name);
    writeFileSync(file, content);
    return importModel(file, database, () => undefined);
  };
  return { database, run };
}

/** Target row → source row → weight. */
function stored(database: Database): Record<number, number>[] {
  const model = unpackModel(getModel(database, IMPORTED_MODEL)?.packed ?? Buffer.alloc(0));
  if (model === undefined) throw new Error("no model is stored");
  return columnsOf(model, model.itemSeqs.length).map(({ sources, weights }) =>
    Object.fromEntries(Array.from(sources, (source, at) => [source, weights[at] ?? Number.NaN])),
  );
}

test.each([
  ["matrix.csv", "source,target,weight\na,b c,0.5\n映画,b c,-2\nb c,a,1e-3\n"],
  ["matrix.csv.gz", gzipSync("Target,Source,Weight\nb c,a,0.5\nb c,映画,-2\na,b c,0.001\n")],
  [
    "matrix.jsonl",
    '{"source":"a","target":"b c","weight":0.5}\n{"source":"映画","target":"b c","weight":"-2"}\n{"source":"b c","target":"a","weight":0.001}',
  ],
])("reads %s, items by any kind of id", async (name, content) => {
  const { database, run } = setUp(["a", "b c", "映画"]);
  expect(await run(name, content)).toMatchObject({ ok: true, items: 3, weights: 3, dropped: 0 });
  expect(stored(database)).toEqual([{ 1: Math.fround(0.001) }, { 0: 0.5, 2: -2 }, {}]);
});

test("keeps the 200 strongest by size into each item, and says how many were dropped", async () => {
  const ids = Array.from({ length: 230 }, (_, at) => `i${at}`);
  const { database, run } = setUp(ids);
  // Into i0: weights 1, -2, 3, … by row.
  const rows = ids.slice(1).map((id, at) => `${id},i0,${at % 2 === 0 ? at + 1 : -at - 1}`);
  const result = await run("m.csv", `source,target,weight\n${rows.join("\n")}\ni0,i1,7\n`);
  expect(result).toMatchObject({ ok: true, weights: 201, dropped: 29 });
  const [first, second] = stored(database);
  expect(Math.min(...Object.values(first ?? {}).map(Math.abs))).toBe(30);
  expect(second).toEqual({ 0: 7 });
});

test("refuses each bad row by its line, and keeps what was there", async () => {
  const { database, run } = setUp(["a", "b"]);
  putModel(database, IMPORTED_MODEL, 3, packModel(emptyModel(Uint32Array.of(1))));
  const before = getModel(database, IMPORTED_MODEL);
  const rows = [
    "source,target,weight",
    "a,b,1",
    "ghost,b,1",
    "a,ghost,1",
    "a,a,1",
    "b,a,NaN",
    "b,a,-Infinity",
    "b,a,1e39",
    "b,a,",
    "b,a,much",
    "a,b,2",
  ];
  const result = await run("m.csv", `${rows.join("\n")}\n`);
  const told = result.ok ? [] : result.badRows.map(({ line, reason }) => `${line} ${reason}`);
  expect(told).toEqual([
    '3 source: no item "ghost" in the catalogue; is the matrix for another one?',
    '4 target: no item "ghost" in the catalogue; is the matrix for another one?',
    "5 target: is the source itself",
    '6 weight: "NaN" is not a finite number',
    '7 weight: "-Infinity" is not a finite number',
    '8 weight: "1e39" is not a finite number',
    "9 weight: is missing",
    '10 weight: "much" is not a finite number',
    "11 is the weight of the same source and target as line 2",
  ]);
  expect(getModel(database, IMPORTED_MODEL)).toEqual(before);
});

test.each([
  ["an empty file", "m.csv", "", "the file is empty; it must start with a header row"],
  ["an empty JSONL file", "m.jsonl", "", "the file holds no rows"],
  ["a header alone", "m.csv", "source,target,weight\n", "the file holds no rows"],
  ["a missing column", "m.csv", "source,target\na,b\n", "has no column weight"],
])("refuses %s", async (_, name, content, reason) => {
  const { database, run } = setUp(["a", "b"]);
  const result = await run(name, content);
  expect(result).toMatchObject({ ok: false, badRowCount: 1 });
  expect(result.ok ? "" : result.badRows[0]?.reason).toContain(reason);
  expect(getModel(database, IMPORTED_MODEL)).toBeUndefined();
});
