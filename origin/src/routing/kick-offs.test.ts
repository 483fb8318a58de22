import { expect, test } from "vitest";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { kickOffsOf } from "./kick-offs.ts";

const NOW_MS = Date.parse("2026-07-10T12:00:00Z");

function item(id: string, fields: Partial<Item>): Item {
  return { id, title: id, kind: "match", genres: [], teams: [], takenDown: false, ...fields };
}

test("matches of the next day, in order, each time once; by the edge's clock", () => {
  const items = [
    item("b", { startsAt: "2026-07-10T21:00:00Z" }),
    item("a", { startsAt: "2026-07-10T18:00:00+02:00" }),
    item("same", { startsAt: "2026-07-10T21:00:00Z" }),
    item("begun", { startsAt: "2026-07-10T11:59:00Z" }),
    item("over", { startsAt: "2026-07-10T11:00:00Z" }),
    item("far", { startsAt: "2026-07-12T21:00:00Z" }),
    item("gone", { startsAt: "2026-07-10T22:00:00Z", takenDown: true }),
    item("film", { startsAt: "2026-07-10T20:00:00Z", kind: "movie" }),
    item("no time", {}),
  ];
  const times = ["2026-07-10T11:59:00Z", "2026-07-10T16:00:00Z", "2026-07-10T21:00:00Z"].map(Date.parse);
  expect(kickOffsOf(items, 0, NOW_MS)).toEqual(times);
  const aheadMs = 3_600_000;
  expect(kickOffsOf(items, aheadMs, NOW_MS - aheadMs)).toEqual(times.map((ms) => ms - aheadMs));
});
