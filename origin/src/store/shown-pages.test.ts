import { expect, test } from "vitest";
import { dropShownPages, putShownPage, shownPagesOf } from "./shown-pages.ts";
import { openForTest, temporaryPath } from "./test-database.ts";

const HOUR_MS = 3_600_000;

test("drops what was replaced before, and what has no page any more, however many they are", () => {
  const database = openForTest(temporaryPath());
  database.sqlite.transaction(() => {
    for (const cluster of ["esp", "bel", "gone"]) {
      for (let generation = 0; generation < 700; generation += 1) {
        putShownPage(database, {
          context: "homepage",
          cluster,
          generation,
          builtMs: generation * HOUR_MS,
          carousels: "[]",
        });
      }
    }
  })();
  for (const cluster of ["esp", "bel"]) {
    database.sqlite
      .prepare(
        "INSERT INTO pages (context, cluster, generation, built_ms, content_hash, carousels) VALUES ('homepage', ?, 699, 0, '', '[]')",
      )
      .run(cluster);
  }
  dropShownPages(database, 600 * HOUR_MS);
  const generations = (cluster: string): number[] =>
    shownPagesOf(database, "homepage", cluster).map(({ generation }) => generation);
  // The one that was shown until the instant, and may be still, stays.
  expect(generations("esp")).toEqual(Array.from({ length: 101 }, (_, at) => 599 + at));
  expect(generations("bel")).toEqual(generations("esp"));
  expect(generations("gone")).toEqual(Array.from({ length: 100 }, (_, at) => 600 + at));
});
