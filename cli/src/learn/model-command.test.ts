import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { describeModels } from "./model-report.ts";
import type { CommandRun } from "../../test/run-command.ts";
import { runHere } from "../../test/run-here.ts";

function setUp() {
  const path = temporaryPath();
  const folder = dirname(path);
  const base = { kind: "movie" as const, genres: [], teams: [], takenDown: false };
  const database = openForTest(path);
  upsertItems(
    database,
    ["a", "b"].map((id) => ({ ...base, id, title: id })),
    "import",
    1,
  );
  return {
    database,
    file: (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    run: (...args: string[]): Promise<CommandRun> => runHere(["model", ...args], { SPILLWAY_DATA: folder }),
  };
}

test("imports a matrix and says what became of it", async () => {
  const { database, file, run } = setUp();
  const imported = await run("import", file("m.csv", "source,target,weight\na,b,0.5\n"));
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.stdout).toContain("Imported 1 weight into 2 items, at most 200 into each; none dropped.");
  expect(describeModels(database)).toEqual({
    served: null,
    imported: {
      usable: true,
      items: 2,
      weights: 1,
      perItem: { least: 0, median: 1, most: 1 },
      unreachedItems: 1,
    },
    catalogueItems: 2,
  });
});

test("a bad row ends with 1 and tells where it stands", async () => {
  const { file, run } = setUp();
  const bad = await run("import", file("m.csv", "source,target,weight\na,ghost,0.5\n"));
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain('m.csv:2: target: no item "ghost" in the catalogue');
  expect(bad.stderr).toContain("nothing has changed");
});
