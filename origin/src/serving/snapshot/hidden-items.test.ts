/** For how long an item that was taken down is named to edges. */
import { expect, test } from "vitest";
import { markCatalogueChange } from "@spillway/store/catalogue/catalogue-change.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { failGeneration, finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { movie } from "../../../test/small-origin.ts";
import { hiddenItems } from "./hidden-items.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = Date.UTC(2026, 6, 10);

function takeDown(database: Database, id: string, atMs: number): void {
  upsertItems(database, [movie(id, { takenDown: true })], "api", atMs);
  markCatalogueChange(database, {}, atMs);
}

function cycle(database: Database, startedMs: number, endedMs: number): void {
  finishGeneration(database, startGeneration(database, "test", startedMs), {}, endedMs);
}

test("until every edge has read what a later cycle has written, however long that cycle took", () => {
  const database = openForTest();
  cycle(database, NOW_MS - 2 * HOUR_MS, NOW_MS - 2 * HOUR_MS + MINUTE_MS);
  upsertItems(database, [movie("a"), movie("b")], "import", NOW_MS - 30 * HOUR_MS);
  takeDown(database, "a", NOW_MS);
  const hidden = (atMs: number) => hiddenItems(database, atMs, 0);
  expect(hidden(NOW_MS)).toMatchObject({ arePagesOutdated: true, ids: ["a"] });
  cycle(database, NOW_MS + MINUTE_MS, NOW_MS + 9 * MINUTE_MS);
  expect(hidden(NOW_MS + 9 * MINUTE_MS)).toMatchObject({ arePagesOutdated: false, ids: ["a"] });
  expect(hidden(NOW_MS + 18 * MINUTE_MS).ids).toEqual(["a"]);
  expect(hidden(NOW_MS + 19 * MINUTE_MS).ids).toEqual([]);
});

test("while KV is away for hours, with those of earlier changes", () => {
  const database = openForTest();
  upsertItems(database, [movie("a"), movie("b")], "import", NOW_MS - 30 * HOUR_MS);
  cycle(database, NOW_MS - 2 * HOUR_MS, NOW_MS - 2 * HOUR_MS + MINUTE_MS);
  takeDown(database, "a", NOW_MS);
  failGeneration(database, startGeneration(database, "test", NOW_MS + 1), "KV is away", NOW_MS + 2);
  takeDown(database, "b", NOW_MS + 5 * HOUR_MS);
  expect(hiddenItems(database, NOW_MS + 5 * HOUR_MS, 0).ids).toEqual(["a", "b"]);
});
