import { expect, test } from "vitest";
import { createByteLru } from "./byte-lru.ts";

test("drops what was used least recently once the bytes exceed the bound", () => {
  const lru = createByteLru<string>(100);
  lru.set("a", "A", 40);
  lru.set("b", "B", 40);
  lru.get("a");
  lru.set("c", "C", 40);
  expect([lru.get("a"), lru.get("b"), lru.get("c")]).toEqual(["A", undefined, "C"]);
  expect(lru.size()).toEqual({ entries: 2, bytes: 80 });
});

test("weighs an entry that is set again anew", () => {
  const lru = createByteLru<string>(100);
  lru.set("a", "A", 10);
  lru.set("b", "B", 10);
  lru.set("b", "B2", 95);
  expect([lru.get("a"), lru.get("b")]).toEqual([undefined, "B2"]);
  expect(lru.size()).toEqual({ entries: 1, bytes: 95 });
});

test("keeps nothing that is larger than the whole bound", () => {
  const lru = createByteLru<string>(100);
  lru.set("a", "A", 101);
  expect(lru.get("a")).toBeUndefined();
  expect(lru.size()).toEqual({ entries: 0, bytes: 0 });
});
