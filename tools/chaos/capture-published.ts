/**
 * Writes fuzz/published.json: what the demo publishes, cut down to what a mutation needs. `node
 * tools/chaos/capture-published.ts` makes it again after a document's form has changed.
 */
import { writeFileSync } from "node:fs";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { DEMO_NOW_MS } from "@spillway/demo/clock.ts";
import { memoryKv } from "@spillway/origin/kv/memory.ts";
import { runCycle } from "@spillway/origin/pipeline/process/cycle.ts";
import { editorialDocument } from "@spillway/origin/serving/snapshot/editorial-document.ts";
import type { Page } from "@spillway/shared/protocol/page.ts";
import { packSuspects } from "@spillway/shared/protocol/suspects.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { openDatabase } from "@spillway/store/database.ts";

const MAX_LEAVES = 120;
const [CAROUSELS, ITEMS] = [4, 4];
/** When the documents were published. */
const NOW_MS = Date.UTC(2026, 10, 28);

const database = openDatabase(":memory:");
seedDemo(database, NOW_MS);
const kv = memoryKv();
await runCycle({ database, kv, now: () => NOW_MS, maxLeaves: MAX_LEAVES }, "capture");
const items = new Map(allItems(database).map(({ item }) => [item.id, item]));
const [first = "", second = "", third = "", fourth = ""] = items.keys();
const pins = [
  {
    id: "final",
    when: { team: ["ESP", "bel"] },
    contexts: ["homepage", "live"],
    title: "Tonight",
    items: [first, second],
  },
  {
    id: "all",
    contexts: ["homepage"],
    items: [third],
    from: "2026-07-01T00:00:00Z",
    until: "2026-08-01T00:00:00Z",
  },
];
const hashUser = createUserHash("a token for the fuzz test");
const pages = PAGE_CONTEXTS.map((context) => {
  const { value = "{}", metadata } = kv.pairs.get(`page:${context}:generic`) ?? {};
  const page = JSON.parse(value) as Page;
  const carousels = page.carousels
    .slice(0, CAROUSELS)
    .map((carousel) => ({ ...carousel, items: carousel.items.slice(0, ITEMS) }));
  return { metadata, page: { ...page, carousels } };
});
const published = {
  nowMs: NOW_MS,
  index: JSON.parse(kv.pairs.get("cluster-index")?.value ?? "null") as unknown,
  routing: {
    version: 3,
    routing: {
      time_zone: "Europe/Madrid",
      mode: "auto",
      deadline_ms: 250,
      bands: [
        { name: "A night", from: "02:00", threshold_per_s: 500 },
        { name: "B day", from: "10:00", threshold_per_s: 200 },
      ],
      rules: [
        { when: { campaign: "press-*", entry: ["social", "ad"] }, then: "generic" },
        { when: { team: "BEL", device: "tv" }, then: "individual" },
        {
          name: "night",
          if: { all: [{ field: "team", is: ["FRA"] }, { not: { field: "country", is: ["GB"] } }] },
          then: "tailored",
          contexts: ["homepage"],
          share: 0.5,
          untilMs: 4e12,
        },
      ],
      holdout: { share: 0.01, serve: "generic", salt: "june" },
      expected: [{ name: "final", fromMs: NOW_MS - 10_000, untilMs: NOW_MS + 120_000 }],
    },
    kickOffs: [NOW_MS + 3_600_000],
  },
  editorial: editorialDocument(pins, (id) => items.get(id), DEMO_NOW_MS - NOW_MS, NOW_MS, {
    ids: [fourth],
    restricted: [
      { id: second, territories: { denied: ["US"] } },
      { id: third, ageRating: 16 },
    ],
  }),
  suspects: packSuspects(
    2,
    ["scraper-1", "scraper-2", "scraper-3"].map((user) => ({
      hash: hashUser(user),
      expiresMs: NOW_MS + 1e9,
    })),
  ),
  pages,
};
writeFileSync(new URL("fuzz/published.json", import.meta.url), `${JSON.stringify(published, null, 1)}\n`);
