import { describe, expect, test } from "vitest";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { item } from "../../test/test-admin.ts";
import { pinConflicts } from "./pin-conflicts.ts";

const NOW_MS = Date.parse("2026-07-10T20:00:00Z");

function conflictsOf(pins: unknown, items: readonly Item[] = [item("a"), item("b")]) {
  const known = new Map(items.map((one) => [one.id, one]));
  return pinConflicts(pinsSchema.parse({ pins }).pins, (id) => known.get(id), NOW_MS);
}

function kinds(pins: unknown, items?: readonly Item[]): string[] {
  return conflictsOf(pins, items).map(({ kind, pins: ids }) => `${kind} ${ids.join(" ")}`);
}

const one = { id: "one", items: ["a"] };
const two = { id: "two", items: ["b"] };

describe("two pins in one place", () => {
  test.each([
    ["for everybody", {}, {}, true],
    ["for one audience and everybody", { when: { team: "ESP" } }, {}, true],
    ["for two teams", { when: { team: "ESP" } }, { when: { team: "bel" } }, false],
    ["for two teams with one in common", { when: { team: ["ESP", "BEL"] } }, { when: { team: "esp" } }, true],
    ["for a prefix and its value", { when: { campaign: "qf-*" } }, { when: { campaign: "qf-esp" } }, true],
    [
      "for two prefixes, one within the other",
      { when: { campaign: "qf*" } },
      { when: { campaign: "qf-e*" } },
      true,
    ],
    ["for two prefixes", { when: { campaign: "qf-*" } }, { when: { campaign: "sf-*" } }, false],
    ["for two signals", { when: { team: "ESP" } }, { when: { entry: "ad" } }, true],
    [
      "for a group and its segment",
      { when: { affinity: "crime" } },
      { when: { affinity: "crime_12" } },
      true,
    ],
    ["for nobody's team and any team", { when: { team: "none" } }, { when: { team: "*" } }, false],
    ["on two contexts", { contexts: ["live"] }, {}, false],
    ["one after the other", { until: "2026-07-10T21:00:00Z" }, { from: "2026-07-10T21:00:00Z" }, false],
    ["over each other", { until: "2026-07-10T21:01:00Z" }, { from: "2026-07-10T21:00:00Z" }, true],
    ["one of them over", { until: "2026-07-10T19:00:00Z" }, {}, false],
    ["of which one is a carousel", { title: "Tonight" }, {}, false],
    ["as two carousels", { title: "Tonight" }, { title: "Later" }, false],
    ["as one carousel", { title: "Tonight" }, { title: "Tonight" }, true],
  ])("%s", (_, first, second, isConflict) => {
    expect(
      kinds([
        { ...one, ...first },
        { ...two, ...second },
      ]),
    ).toEqual(isConflict ? ["slot one two"] : []);
  });

  test("are named, with place and time", () => {
    const until = "2026-07-11T00:00:00Z";
    const [conflict] = conflictsOf([
      { ...one, until },
      { ...two, from: "2026-07-10T21:00:00Z" },
    ]);
    expect(conflict?.reason).toBe(
      "one and two both lead the first carousel on homepage from 2026-07-10T21:00:00.000Z until 2026-07-11T00:00:00.000Z, for visitors whom both are for; one comes first",
    );
  });
});

test("an item in two pins stands in the first alone", () => {
  expect(
    kinds([
      { ...one, title: "X" },
      { ...two, items: ["b", "a"] },
    ]),
  ).toEqual(["item one two"]);
});

describe("an item that", () => {
  test.each([
    ["has gone", undefined, ["missing one"]],
    ["is taken down", item("a", { takenDown: true }), ["withheld one"]],
    ["comes too late", item("a", { availableFrom: "2026-07-12T00:00:00Z" }), ["withheld one"]],
    ["comes in between", item("a", { availableFrom: "2026-07-10T22:00:00Z" }), ["withheld one"]],
    ["goes in between", item("a", { availableUntil: "2026-07-10T22:00:00Z" }), ["withheld one"]],
    ["is there all the time", item("a", { availableUntil: "2026-07-11T00:00:00Z" }), []],
    ["is for some countries", item("a", { territories: { allowed: ["GB"] } }), ["restricted one"]],
    ["is for adults", item("a", { ageRating: 18 }), ["restricted one"]],
    ["is for everybody", item("a", { ageRating: 0 }), []],
  ])("%s", (_, known, expected) => {
    const pin = { ...one, until: "2026-07-11T00:00:00Z" };
    expect(kinds([pin], known === undefined ? [] : [known])).toEqual(expected);
  });

  test.each([
    ["GB", []],
    [["GB", "DE"], ["restricted one"]],
    ["G*", ["restricted one"]],
  ])("is for GB, in a pin for %s", (region, expected) => {
    const known = item("a", { territories: { allowed: ["GB"] } });
    expect(kinds([{ ...one, when: { region } }], [known])).toEqual(expected);
  });
});
