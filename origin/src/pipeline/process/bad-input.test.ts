import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Page } from "@spillway/shared/protocol/page.ts";
import { importFiles } from "../../import/import-files.ts";
import { importModel } from "../../import/import-model.ts";
import { memoryKv } from "../../kv/memory.ts";
import { modelFromColumns, packModel } from "@spillway/model/scoring/item-model.ts";
import { IMPORTED_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runCycle } from "./cycle.ts";

const NOW_MS = Date.parse("2027-01-15T12:00:00Z");

function setUp() {
  const path = temporaryPath();
  const database = openForTest(path);
  const kv = memoryKv();
  const file = (name: string, text: string): string => {
    const full = join(dirname(path), name);
    writeFileSync(full, text);
    return full;
  };
  return {
    database,
    kv,
    file,
    importCsv: (items: string, interactions?: string) =>
      importFiles(
        {
          itemsPath: file("items.csv", items),
          interactionsPath: interactions === undefined ? undefined : file("interactions.csv", interactions),
          keepDemo: false,
        },
        database,
        () => undefined,
        NOW_MS,
      ),
    cycle: () => runCycle({ database, kv, now: () => NOW_MS }, "test"),
    /** Ids of the items that the generic page of films shows. */
    shown: (): string[] => {
      const page = JSON.parse(kv.pairs.get("page:movies:generic")?.value ?? "null") as Page;
      return page.carousels.flatMap(({ items }) => items.map(({ id }) => id));
    },
  };
}

describe("from import to a published page", () => {
  test("ids of any kind, a pair told twice, and items that nobody has touched", async () => {
    const { importCsv, cycle, shown } = setUp();
    const ids = ["7", "映画-😀", "with space", "a/b?c=d&e", "x:y", "O'Brien", "__proto__", "constructor"];
    const untouched = ["nobody-1", "nobody-2"];
    const users = ["1", "πελάτης", "user two", "__proto__", "toString"];
    const items = ["id,title", ...[...ids, ...untouched].map((id) => `${id},Title`)];
    const rows = users.flatMap((user) => ids.flatMap((id) => [`${user},${id}`, `${user},${id}`]));
    const imported = await importCsv(items.join("\n"), ["user,item", ...rows].join("\n"));
    const pairs = users.length * ids.length;
    expect(imported).toMatchObject({ ok: true, interactions: pairs, mergedInteractions: pairs });
    expect(await cycle()).toMatchObject({ users: users.length, items: ids.length + untouched.length });
    expect(shown().toSorted()).toEqual([...ids, ...untouched].toSorted());
  });

  test.each([
    ["one user", "user,item\nu,a\n", 1],
    ["one user with everything", "user,item\nu,a\nu,b\nu,c\n", 1],
    ["no user", undefined, 0],
  ])("%s", async (_, interactions, users) => {
    const { importCsv, cycle, shown } = setUp();
    await importCsv("id,title\na,A\nb,B\nc,C\n", interactions);
    expect(await cycle()).toMatchObject({ users, items: 3, clusters: 1 });
    expect(shown().toSorted()).toEqual(["a", "b", "c"]);
  });

  test("an import that is refused leaves what is published as it was", async () => {
    const { importCsv, cycle, kv } = setUp();
    await importCsv("id,title\na,A\nb,B\n", "user,item\nu,a\n");
    await cycle();
    const before = new Map(kv.pairs);
    expect(await importCsv("id,title\na,Other\n", "user,item\nu,ghost\n")).toMatchObject({ ok: false });
    expect(await cycle()).toMatchObject({ pagesWritten: 0, indexWritten: false });
    expect(kv.pairs).toEqual(before);
  });
});

describe("a model trained elsewhere", () => {
  test("is taken in place of training", async () => {
    const { importCsv, cycle, database, file, shown } = setUp();
    await importCsv("id,title\na,A\nb,B\nc,C\n", "user,item\nu,a\n");
    const matrix = file("matrix.csv", "source,target,weight\na,c,1\na,b,0.1\n");
    expect(await importModel(matrix, database, () => undefined)).toMatchObject({ ok: true, weights: 2 });
    expect(await cycle()).toMatchObject({ trainer: "imported" });
    expect(shown().indexOf("c")).toBeLessThan(shown().indexOf("b"));
  });

  test.each([
    ["for another catalogue", packModel(modelFromColumns(Uint32Array.of(900, 901), []))],
    ["cut short", packModel(modelFromColumns(Uint32Array.of(1, 2), [])).subarray(0, -4)],
  ])("%s is not: the cycle trains", async (_, packed) => {
    const { importCsv, cycle, database, shown } = setUp();
    await importCsv("id,title\na,A\nb,B\n", "user,item\nu,a\n");
    putModel(database, IMPORTED_MODEL, 1, packed);
    const report = await cycle();
    expect(report.trainer).not.toBe("imported");
    expect(shown().toSorted()).toEqual(allItems(database).map(({ item }) => item.id));
  });

  test("with NaN in it publishes pages all the same", async () => {
    const { importCsv, cycle, database, shown } = setUp();
    await importCsv("id,title\na,A\nb,B\n", "user,item\nu,a\n");
    const seqs = Uint32Array.from(allItems(database), ({ seq }) => seq);
    const column = { sources: Uint32Array.of(0), weights: Float32Array.of(Number.NaN) };
    putModel(database, IMPORTED_MODEL, 1, packModel(modelFromColumns(seqs, [column, column])));
    await cycle();
    expect(shown().toSorted()).toEqual(["a", "b"]);
  });
});
