import { expect, test } from "vitest";
import { acquireLease, releaseLease, renewLease } from "./leases.ts";
import { openForTest, temporaryPath } from "../test/test-database.ts";

function twoConnections() {
  const path = temporaryPath();
  return { a: openForTest(path), b: openForTest(path) };
}

test("the second to ask learns who holds the lease, since when and until when", () => {
  const { a, b } = twoConnections();
  expect(acquireLease(a, "publisher", "A", 100, 1000)).toEqual({ ok: true });
  const refused = { ok: false, holder: "A", acquiredMs: 1000, expiresMs: 1100 };
  expect(acquireLease(b, "publisher", "B", 100, 1099)).toEqual(refused);
  expect(acquireLease(b, "another", "B", 100, 1099)).toEqual({ ok: true });
});

test("an expired lease may be taken over, and its old holder notices", () => {
  const { a, b } = twoConnections();
  acquireLease(a, "publisher", "A", 100, 1000);
  expect(acquireLease(b, "publisher", "B", 100, 1100)).toEqual({ ok: true });
  expect(renewLease(a, "publisher", "A", 100, 1101)).toBe(false);
  releaseLease(a, "publisher", "A");
  expect(acquireLease(a, "publisher", "A", 100, 1102)).toMatchObject({ ok: false, holder: "B" });
});

test("a renewed lease lasts", () => {
  const { a, b } = twoConnections();
  acquireLease(a, "publisher", "A", 100, 1000);
  expect(renewLease(a, "publisher", "A", 100, 1090)).toBe(true);
  expect(acquireLease(b, "publisher", "B", 100, 1150)).toMatchObject({ holder: "A", expiresMs: 1190 });
});

test("a released lease is free at once", () => {
  const { a, b } = twoConnections();
  acquireLease(a, "publisher", "A", 100, 1000);
  releaseLease(a, "publisher", "A");
  expect(acquireLease(b, "publisher", "B", 100, 1001)).toEqual({ ok: true });
});
