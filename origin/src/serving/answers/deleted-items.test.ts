/** Titles that were deleted or taken down are shown no more, from the moment on that the change is stored. */
import { dirname, join } from "node:path";
import { writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ANYBODY } from "@spillway/shared/protocol/restrictions.ts";
import { catalogueVersion } from "@spillway/store/catalogue/catalogue-change.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { movie } from "../../../test/small-origin.ts";
import { openRecommender, seedTwoCamps } from "../../../test/test-recommender.ts";
import { importFiles } from "../../import/import-files.ts";
import { memoryKv } from "../../kv/memory.ts";
import { createMetrics } from "../../monitoring/metrics.ts";
import { runCycle } from "../../pipeline/process/cycle.ts";
import type { Answer } from "./answer.ts";

function shownIn(answer: Answer | undefined): string {
  return answer?.kind === "page" ? answer.body.toString() : "refused";
}

/**
 * A trained store whose items are the demo's, the origin that serves it, and another process on the same
 * file.
 */
async function setUp() {
  const path = temporaryPath();
  const [database, other] = [openForTest(path), openForTest(path)];
  await seedTwoCamps(database, Date.now() - 3_600_000);
  database.sqlite.exec(
    "UPDATE items SET source = 'demo'; UPDATE items SET source = 'import' WHERE id LIKE 'comedy%'",
  );
  const { recommender, live } = openRecommender(database, createMetrics(), Date.now());
  onTestFinished(() => live.stop());
  const visitor = { user: "u2", cluster: "generic", signals: undefined, audience: ANYBODY };
  const answers = (): Record<string, Answer> => ({
    individual: recommender.individual("homepage", visitor, "admitted", Date.now()),
    stored: recommender.storedPage("homepage", "generic", "requested", Date.now(), ANYBODY),
    similar: recommender.related(
      { context: "similar", item: "comedy-1", q: undefined, audience: ANYBODY },
      "requested",
      Date.now(),
    ),
    search: recommender.related(
      { context: "search", item: undefined, q: "drama", audience: ANYBODY },
      "requested",
      Date.now(),
      visitor,
    ),
  });
  const importItems = async (items: string): Promise<void> => {
    const file = join(dirname(path), "items.csv");
    writeFileSync(file, items);
    const request = { itemsPath: file, keepDemo: false };
    const { ok } = await importFiles(request, other, () => undefined, Date.now());
    expect(ok).toBe(true);
  };
  return { database, other, live, answers, importItems };
}

/** Which titles a page has depends on scores; a test of what leaves it asks the page. */
function comediesOn(answer: Answer | undefined): string[] {
  return [...new Set(shownIn(answer).match(/(?<=")comedy-\d+(?=")/g))];
}

describe("titles that an import deleted", () => {
  test("are on no answer from the next request on, whatever is stored of them", async () => {
    const { answers, importItems, live } = await setUp();
    for (const name of ["individual", "stored", "search"])
      expect([name, shownIn(answers()[name])]).toEqual([name, expect.stringContaining('"drama-')]);
    await importItems("id,title,genres\nnew-1,Brand new,comedy\n");
    // Nothing was read anew yet: this is the first request after the import.
    for (const [name, answer] of Object.entries(answers()))
      expect([name, shownIn(answer)]).toEqual([name, expect.not.stringContaining('"drama-')]);
    expect(shownIn(answers()["individual"])).toContain('"comedy-');
    // And with what has been read since.
    await vi.waitFor(() => expect(live.current().trained).toBe(false), 20_000);
    for (const [name, answer] of Object.entries(answers()))
      expect([name, shownIn(answer)]).toEqual([name, expect.not.stringContaining('"drama-')]);
    expect(shownIn(answers()["stored"])).toContain('"comedy-');
  }, 60_000);

  test("are told to edges until the pages have been written anew for a while, unless they are back", async () => {
    const { other, live, importItems } = await setUp();
    await importItems("id,title\nnew-1,Brand new\ndrama-3,Still here\n");
    const hidden = (): readonly string[] => live.current().editorialDocument.hidden;
    expect(hidden()).toContain("drama-1");
    expect(hidden()).not.toContain("drama-3");
    expect(hidden().some((id) => id.startsWith("comedy"))).toBe(false);
    await runCycle({ database: other, kv: memoryKv(), now: Date.now }, "test");
    await vi.waitFor(() => expect(live.current().arePagesOutdated).toBe(false), 20_000);
    expect(hidden()).toContain("drama-1");
  }, 60_000);
});

test("a title that an import takes down is shown no more, and one that comes late neither", async () => {
  const { answers, other, importItems } = await setUp();
  upsertItems(
    other,
    allItems(other).map(({ item }) => item),
    "import",
    1,
  );
  const [down = "", late = ""] = comediesOn(answers()["stored"]);
  expect(late).toMatch(/^comedy-/);
  await importItems(
    `id,title,genres,takenDown,availableFrom\n${down},Two,comedy,true,\n${late},Three,comedy,,2999-01-01T00:00:00Z\n`,
  );
  for (const [name, answer] of Object.entries(answers())) {
    expect([name, comediesOn(answer)]).not.toEqual([name, expect.arrayContaining([down])]);
    expect([name, comediesOn(answer)]).not.toEqual([name, expect.arrayContaining([late])]);
  }
});

test("a title that the origin itself takes down leaves stored pages at once", async () => {
  const { answers, database, live } = await setUp();
  const [shown = ""] = comediesOn(answers()["stored"]);
  expect(shown).toMatch(/^comedy-/);
  upsertItems(database, [movie(shown, { takenDown: true })], "api", Date.now());
  live.itemsChanged([shown]);
  expect(comediesOn(answers()["stored"])).not.toContain(shown);
  expect(catalogueVersion(database)).toBe(0);
});
