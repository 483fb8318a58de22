import { describe, expect, test } from "vitest";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { finishGeneration, startGeneration } from "@spillway/store/pages/generations.ts";
import { deleteModel, getModel, ITEM_MODEL, putModel } from "@spillway/store/pages/models.ts";
import { putPins } from "@spillway/store/operators/pins.ts";
import { putClockOffset } from "@spillway/store/state.ts";
import { movie, NOW_MS, smallOrigin } from "../../../test/small-origin.ts";
import type { SnapshotData } from "./snapshot-data.ts";
import { createSnapshotReader } from "./snapshot-reader.ts";
import { isHub, isShown, titleOf, toSnapshot, withChangedItems, withEditorial } from "./snapshot.ts";

const MINUTE_MS = 60_000;

function reading() {
  const { database } = smallOrigin();
  const read = createSnapshotReader(database);
  const first = read(NOW_MS);
  if (first === undefined) throw new Error("the first reading finds everything");
  const next = (nowMs = NOW_MS): SnapshotData => {
    const data = read(nowMs, first.signature);
    if (data === undefined) throw new Error("nothing is newer");
    return data;
  };
  return { database, read, first, next };
}

describe("a reading of the store", () => {
  test("finds nothing where nothing is newer, and all where another one's signature is told", () => {
    const { read, first } = reading();
    expect(read(NOW_MS, first.signature)).toBeUndefined();
    expect(read(NOW_MS)).toEqual(first);
    expect(read(NOW_MS, "of another process")).toEqual(first);
  });

  test("keeps the catalogue, the clusters and the carousels when pins change", () => {
    const { database, first, next } = reading();
    putPins(database, [{ id: "p", items: ["drama-1"], contexts: ["homepage"] }], NOW_MS);
    const data = next();
    expect(data.editorialDocument.pins.map(({ id }) => id)).toEqual(["p"]);
    expect(data.signature).not.toBe(first.signature);
    expect(data.table).toBe(first.table);
    expect(data.model).toBe(first.model);
    expect(data.clusters).toBe(first.clusters);
    expect(data.prepared.contexts).toBe(first.prepared.contexts);
  });

  test("has a changed item in its table and carousels, and keeps the clusters", () => {
    const { database, first, next } = reading();
    upsertItems(database, [movie("drama-1", { title: "New", takenDown: true })], "api", 2);
    const data = next();
    expect(titleOf(toSnapshot(data), 0)).toBe("New");
    expect([isShown(toSnapshot(first), 0), isShown(toSnapshot(data), 0)]).toEqual([true, false]);
    expect(data.clusters).toBe(first.clusters);
  });

  test("follows a model that was learned anew, and says which generation it is of", () => {
    const { database, first, next } = reading();
    expect([first.generation, first.trained]).toEqual([1, true]);
    putModel(database, ITEM_MODEL, 5, getModel(database, ITEM_MODEL)?.packed ?? new Uint8Array());
    const learned = next();
    expect(learned.generation).toBe(5);
    expect(learned.table).not.toBe(first.table);
    expect(learned.table).toEqual(first.table);
    const generation = startGeneration(database, "test", NOW_MS);
    expect(next().generation).toBe(5);
    finishGeneration(database, generation, {}, NOW_MS);
    const done = next();
    expect(done.generation).toBe(generation);
    expect(done.clusters).not.toBe(first.clusters);
  });

  test("without a model has the catalogue's own rows, and so it has with one of another catalogue", () => {
    const { database, first, next } = reading();
    database.sqlite.exec(`DELETE FROM items WHERE seq = ${first.model.itemSeqs[0] ?? 0}`);
    const other = next();
    expect(other.trained).toBe(false);
    expect(Array.from(other.model.itemSeqs)).toEqual(Array.from(first.model.itemSeqs).slice(1));
    expect(titleOf(toSnapshot(other), 0)).toBe("The drama-2");
    expect([
      other.rowOfSeq[first.model.itemSeqs[0] ?? 0],
      other.rowOfSeq[first.model.itemSeqs[1] ?? 0],
    ]).toEqual([-1, 0]);
    deleteModel(database, ITEM_MODEL);
    expect([next().trained, next().generation]).toEqual([false, 0]);
  });

  test("prepares carousels again after a minute, when an item's window opens, and when the clock is set", () => {
    const { database, read, first, next } = reading();
    expect(first.prepared.untilMs).toBe(NOW_MS + MINUTE_MS);
    expect(read(NOW_MS + MINUTE_MS - 1, first.signature)).toBeUndefined();
    const later = next(NOW_MS + MINUTE_MS);
    expect(later.prepared.untilMs).toBe(NOW_MS + 2 * MINUTE_MS);
    expect(later.prepared.contexts).not.toBe(first.prepared.contexts);
    expect(later.table).toBe(first.table);
    const opens = { availableFrom: new Date(NOW_MS + 1000).toISOString() };
    upsertItems(database, [movie("drama-1", opens)], "api", 2);
    const closed = next();
    expect([closed.prepared.untilMs, isShown(toSnapshot(closed), 0)]).toEqual([NOW_MS + 1000, false]);
    expect(isShown(toSnapshot(next(NOW_MS + 1000)), 0)).toBe(true);
    putClockOffset(database, 1000, NOW_MS);
    const set = next();
    expect([set.clockOffsetMs, isShown(toSnapshot(set), 0)]).toEqual([1000, true]);
    expect(set.editorialDocument.clockOffsetMs).toBe(1000);
  });
});

describe("a snapshot", () => {
  test("knows its clusters' signals, and not those that stand for all others", () => {
    const { first } = reading();
    const { clusters } = toSnapshot(first);
    expect([...clusters.values()].map(({ id, parent, signals }) => [id, parent, signals])).toEqual([
      ["generic", undefined, {}],
      ["esp", "generic", { team: "ESP" }],
      ["esp.social", "esp", { team: "ESP", entry: "social" }],
      ["esp.other", "esp", { team: "ESP" }],
    ]);
    expect(clusters.get("esp")?.packedScores).toEqual(clusters.get("esp.social")?.packedScores);
    expect(clusters.get("esp")?.packedScores).not.toEqual(clusters.get("generic")?.packedScores);
  });

  test("knows when an item was published, where that is known", () => {
    const { database, next } = reading();
    upsertItems(database, [movie("drama-1", { publishedAt: "2026-07-01T00:00:00Z" })], "api", 2);
    const { data, model } = toSnapshot(next());
    expect([...data.table.publishedMs.subarray(0, 2)]).toEqual([
      Date.parse("2026-07-01T00:00:00Z"),
      Number.NaN,
    ]);
    expect([model.rowOf(999_999), model.rowOf(model.itemSeqs[3] ?? 0)]).toEqual([undefined, 3]);
  });

  test("knows hubs from other items", () => {
    const snapshot = toSnapshot(reading().first);
    expect([0, 12, 13].map((row) => isHub(snapshot, row))).toEqual([false, true, false]);
  });

  test("is replaced by one with changed items, and stays as it was", () => {
    const before = toSnapshot(reading().first);
    const seq = before.model.itemSeqs[0] ?? 0;
    const away = withChangedItems(
      before,
      [{ seq, item: movie("drama-1", { title: "A", takenDown: true }) }],
      NOW_MS,
    );
    expect([isShown(away, 0), titleOf(away, 0)]).toEqual([false, "A"]);
    expect([isShown(before, 0), titleOf(before, 0)]).toEqual([true, "The drama-1"]);
    const other = { seq: before.model.itemSeqs[1] ?? 0, item: movie("drama-2", { title: "B" }) };
    const both = withChangedItems(away, [other, { seq: 999_999, item: movie("unknown") }], NOW_MS);
    expect([isShown(both, 0), titleOf(both, 0), titleOf(both, 1)]).toEqual([false, "A", "B"]);
    expect(both.changedItems.size).toBe(2);
    const back = withChangedItems(both, [{ seq, item: movie("drama-1") }], NOW_MS);
    expect(isShown(back, 0)).toBe(true);
  });

  test("goes by the pins that it was given last", () => {
    const before = toSnapshot(reading().first);
    const items = [{ id: "drama-1", title: "The drama-1", kind: "movie" as const }];
    const pins = [{ id: "p", when: {}, contexts: ["homepage"], items }];
    const after = withEditorial(before, { version: 9, clockOffsetMs: 0, hidden: [], restricted: [], pins });
    expect([before, after].map(({ editorial }) => editorial.pinsFor({}, "homepage", NOW_MS).length)).toEqual([
      0, 1,
    ]);
    expect(after.editorialDocument.version).toBe(9);
    expect(after.clusters).toBe(before.clusters);
  });
});
