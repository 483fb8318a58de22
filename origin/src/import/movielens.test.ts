import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { countProfiles } from "@spillway/store/profiles/profiles.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { importFiles } from "./import-files.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/movielens-1m/", import.meta.url));
const present = existsSync(FOLDER);
console.log(`MovieLens 1M ${present ? "is here: imported whole" : `is not at ${FOLDER}: skipped`}`);

test.skipIf(!present)("MovieLens 1M imports whole", async () => {
  const database = openForTest();
  const request = {
    itemsPath: `${FOLDER}items.csv`,
    interactionsPath: `${FOLDER}interactions.csv.gz`,
    keepDemo: false,
  };
  const result = await importFiles(request, database, () => undefined, Date.now());
  expect(result).toMatchObject({ ok: true, items: 3018, interactions: 933_517, users: 6018 });
  expect(allItems(database)).toHaveLength(3018);
  expect(countProfiles(database)).toBe(6018);
});
