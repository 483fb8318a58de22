import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { ITEM_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { modelFromColumns, packModel } from "@spillway/model/scoring/item-model.ts";
import type { Database } from "@spillway/store/database.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { putPins } from "@spillway/store/operators/pins.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { createLiveSnapshot, type LiveSnapshot } from "./live-snapshot.ts";
import { isShown, titleOf } from "./snapshot.ts";

/** The timeout is long, since the thread has to load its modules first. */
const READ_WITHIN = { timeout: 60_000 };

function film(id: string, fields: Partial<Item> = {}): Item {
  return { id, title: `Title ${id}`, kind: "movie", genres: [], teams: [], takenDown: false, ...fields };
}

/** Films a, b and c, and a model for them. */
function setUp(): { path: string; database: Database; live: LiveSnapshot } {
  const path = temporaryPath();
  const database = openForTest(path);
  upsertItems(
    database,
    ["a", "b", "c"].map((id) => film(id)),
    "import",
    1,
  );
  const model = modelFromColumns(
    Uint32Array.from(allItems(database), ({ seq }) => seq),
    [{ sources: Uint32Array.of(1), weights: Float32Array.of(0.5) }],
  );
  putModel(database, ITEM_MODEL, 1, packModel(model));
  const live = createLiveSnapshot({
    database,
    now: () => 1_000_000,
    onSnapshot: () => undefined,
    onError: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => live.stop());
  return { path, database, live };
}

function forYou(live: LiveSnapshot): number[] {
  return Array.from(live.current().contexts.get("movies")?.carousels[0]?.rows ?? []);
}

describe("a change by this process", () => {
  test("is seen at once: a takedown, a title, a pin", () => {
    const { database, live } = setUp();
    upsertItems(database, [film("b", { takenDown: true }), film("c", { title: "New" })], "api", 2);
    live.itemsChanged(["b", "c"]);
    expect([0, 1, 2].map((row) => isShown(live.current(), row))).toEqual([true, false, true]);
    expect(titleOf(live.current(), 2)).toBe("New");
    putPins(database, [{ id: "p", items: ["a", "b"], contexts: ["homepage"] }], 3);
    live.pinsChanged();
    expect(live.current().editorialDocument.pins[0]?.items.map(({ id }) => id)).toEqual(["a"]);
  });

  test("holds when a reading that began before it ends after it, and carousels follow", async () => {
    const { path, database, live } = setUp();
    const before = live.current();
    upsertItems(database, [film("a", { takenDown: true })], "api", 2);
    live.itemsChanged(["a"]);
    await vi.waitFor(() => {
      // Each check makes another change, so that every read that ends began before the newest change.
      upsertItems(database, [film("b", { takenDown: true })], "api", 3);
      live.itemsChanged(["b"]);
      expect(forYou(live)).not.toContain(0);
      expect(isShown(live.current(), 1)).toBe(false);
    }, READ_WITHIN);
    // Commits of another process are noticed automatically.
    upsertItems(openForTest(path), [film("a"), film("b")], "api", 4);
    await vi.waitFor(() => expect(forYou(live)).toEqual([0, 1, 2]), READ_WITHIN);
    const { model, contexts } = live.current();
    expect({ ...model, rowOf: undefined }).toEqual({ ...before.model, rowOf: undefined });
    expect(model.rowOf(before.model.itemSeqs[2] ?? 0)).toBe(2);
    expect([...contexts]).toEqual([...before.contexts]);
  });
});
