import { expect, test } from "vitest";
import { dropShownPages, putShownPage, shownPagesOf } from "./shown-pages.ts";
import { openForTest } from "../../test/test-database.ts";

function withPages(pages: readonly (readonly [cluster: string, generation: number, builtMs: number])[]) {
  const database = openForTest(":memory:");
  database.sqlite.transaction(() => {
    for (const [cluster, generation, builtMs] of pages)
      putShownPage(database, { context: "homepage", cluster, generation, builtMs, carousels: "[]" });
  })();
  return database;
}

/** Stores a page of the cluster, so that it counts as one that still exists. */
function keepPage({ sqlite }: ReturnType<typeof withPages>, cluster: string): void {
  const columns = sqlite.pragma("table_info(pages)") as { name: string; type: string }[];
  const values = columns.map(({ name, type }) =>
    name === "context"
      ? "homepage"
      : name === "cluster"
        ? cluster
        : type.toLowerCase() === "integer"
          ? 1
          : "",
  );
  sqlite.prepare(`INSERT INTO pages VALUES (${values.map(() => "?").join(", ")})`).run(...values);
}

const generationsOf = (database: ReturnType<typeof withPages>, cluster: string) =>
  shownPagesOf(database, "homepage", cluster).map(({ generation }) => generation);

test("deletes pages that were replaced before the instant, and keeps the one that was shown at it", () => {
  const database = withPages([
    ["kept", 1, 100],
    ["kept", 2, 200],
    ["kept", 5, 500],
    ["gone", 1, 100],
    ["gone", 5, 500],
  ]);
  keepPage(database, "kept");
  dropShownPages(database, 300);
  expect(generationsOf(database, "kept")).toEqual([2, 5]);
  expect(generationsOf(database, "gone")).toEqual([5]);
});

test("deletes more pages than fit into one transaction", () => {
  const database = withPages(Array.from({ length: 1001 }, (_, at) => ["busy", at + 1, at + 1] as const));
  keepPage(database, "busy");
  dropShownPages(database, 1000);
  expect(generationsOf(database, "busy")).toEqual([999, 1000, 1001]);
});
