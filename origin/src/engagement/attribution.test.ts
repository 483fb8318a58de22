import { describe, expect, test } from "vitest";
import type { ShownPage } from "@spillway/store/pages/shown-pages.ts";
import { attribute, type Claim, type ServedFacts } from "./attribution.ts";

/** Generations 4 and 7 of the homepage of `esp`; items 1 to 5. */
const ESP: readonly ShownPage[] = [
  { generation: 4, carousels: [["for-you", [1, 2]]] },
  {
    generation: 7,
    carousels: [
      ["for-you", [3, 1]],
      ["clips", [4]],
    ],
  },
];
const FACTS: ServedFacts = {
  newestGeneration: 9,
  pagesOf: (context, cluster) => (context === "homepage" && cluster === "esp" ? ESP : []),
  hasPage: (_, cluster) => cluster === "esp" || cluster === "older",
  pinned: new Set(),
  mayBeWithheld: () => false,
};
const WHOLE: Claim = {
  servedAs: "cluster",
  cluster: "esp",
  generation: 7,
  context: "homepage",
  carousel: "for-you",
  position: 1,
  item: 1,
};

describe("an event's claim is", () => {
  test.each<[string, Partial<Claim>, Partial<ServedFacts>, string]>([
    ["verified where the page showed it there", {}, {}, "verified shown"],
    ["checked against its own generation", { generation: 4, position: 0 }, {}, "verified shown"],
    [
      "contradicted where another generation showed it there",
      { generation: 4 },
      {},
      "contradicted elsewhere-on-page",
    ],
    ["contradicted in another carousel", { carousel: "clips" }, {}, "contradicted elsewhere-on-page"],
    ["contradicted by a page without the item", { item: 2 }, {}, "contradicted not-on-page"],
    ["contradicted for an item that nobody knows", { item: undefined }, {}, "contradicted not-on-page"],
    [
      "contradicted by a generation that is yet to come",
      { generation: 10 },
      {},
      "contradicted no-such-generation",
    ],
    ["contradicted by one that wrote no such page", { generation: 5 }, {}, "contradicted no-such-page"],
    ["contradicted by a cluster that never was", { cluster: "made-up" }, {}, "contradicted no-such-page"],
    [
      "contradicted where a cluster calls itself generic",
      { servedAs: "generic" },
      {},
      "contradicted wrong-cluster",
    ],
    [
      "contradicted where everybody's page calls itself a cluster's",
      { cluster: "generic" },
      {},
      "contradicted wrong-cluster",
    ],
    ["plausible without its position", { position: undefined }, {}, "plausible incomplete"],
    ["plausible without its generation", { generation: undefined }, {}, "plausible incomplete"],
    ["plausible without its context", { context: undefined }, {}, "plausible incomplete"],
    [
      "contradicted without its context where no page had it",
      { context: undefined, item: 5 },
      {},
      "contradicted not-on-page",
    ],
    ["plausible of a page older than those kept", { generation: 3 }, {}, "plausible not-kept"],
    ["plausible of a page of an older release", { cluster: "older" }, {}, "plausible not-kept"],
    ["plausible where pins may have moved it", { position: 2 }, { pinned: new Set([5]) }, "plausible pins"],
    [
      "plausible where a title above it may not have been for this viewer",
      { position: 0 },
      { mayBeWithheld: (item) => item === 3 },
      "plausible withheld",
    ],
    [
      "contradicted where titles left out would not have moved it so",
      { position: 0 },
      { mayBeWithheld: (item) => item === 1 },
      "contradicted elsewhere-on-page",
    ],
    [
      "contradicted where it would have moved down",
      { position: 2 },
      { mayBeWithheld: () => true },
      "contradicted elsewhere-on-page",
    ],
    ["plausible for what is pinned", { item: 5 }, { pinned: new Set([5]) }, "plausible pins"],
    [
      "contradicted for what is not, whatever is",
      { item: 2 },
      { pinned: new Set([5]) },
      "contradicted not-on-page",
    ],
    ["plausible on an individual page", { servedAs: "individual", position: 90 }, {}, "plausible not-stored"],
    [
      "contradicted on an individual page of no cycle",
      { servedAs: "individual", generation: 10 },
      {},
      "contradicted no-such-generation",
    ],
    [
      "plausible on the worker's own page",
      { servedAs: "builtin", cluster: undefined, generation: undefined },
      {},
      "plausible not-stored",
    ],
    [
      "plausible on a page that was tailored from a published one, wherever the item stood",
      { servedAs: "tailored", carousel: "again", position: 90 },
      {},
      "plausible tailored",
    ],
    [
      "contradicted on a page that was tailored from none",
      { servedAs: "tailored", cluster: "nobody" },
      {},
      "contradicted no-such-page",
    ],
    [
      "unknown on a tailored page of no cluster",
      { servedAs: "tailored", cluster: undefined },
      {},
      "unknown no-claim",
    ],
    ["plausible on a page for a query", { context: "search" }, {}, "plausible not-stored"],
    ["unknown where it makes none", { servedAs: undefined }, {}, "unknown no-claim"],
    ["unknown where it names no cluster", { cluster: undefined }, {}, "unknown no-claim"],
  ])("%s", (_, claim, facts, expected) => {
    const { attribution, reason } = attribute({ ...WHOLE, ...claim }, { ...FACTS, ...facts });
    expect(`${attribution} ${reason}`).toBe(expected);
  });
});

test("the position that the page tells stands for one that is not claimed", () => {
  const verdict = attribute({ ...WHOLE, item: 3, position: undefined, carousel: undefined }, FACTS);
  expect(verdict).toEqual({ attribution: "plausible", reason: "incomplete", position: 0 });
});
