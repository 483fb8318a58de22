import { expect, test } from "vitest";
import { parseEventBatch } from "../../../shared/src/events.ts";
import { readView } from "../model/view.js";
import { eventOf } from "./reporter.js";

const SPOT = { item: "match-98-esp-bel", carousel: "live-next", position: 3 };
const PAGE = { context: "homepage", cluster: "esp.social", generation: 6, carousels: [] };
const LOADED = { ok: true, page: PAGE, served: undefined, nowMs: undefined, tookMs: 5 } as const;

function accepted(event: unknown) {
  return parseEventBatch({ events: [event] }, { user: "visitor", nowMs: Date.now() });
}

test("says where it happened and how the page was served, the header before the page", () => {
  const served = { as: "cluster", cluster: "esp.social.casual", generation: 42 } as const;
  const { query, event } = eventOf("play", SPOT, readView("?user=u42&team=ESP"), { ...LOADED, served });
  expect(query).toBe("user=u42&context=homepage&team=ESP&referrer=");
  expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(accepted(event)).toMatchObject({
    ok: true,
    refused: [],
    events: [
      {
        ...SPOT,
        type: "play",
        user: "u42",
        servedAs: "cluster",
        cluster: "esp.social.casual",
        generation: 42,
        context: "homepage",
      },
    ],
  });
});

test("a new visitor's event leaves the user to the edge, and every event has an id of its own", () => {
  const first = eventOf("impression", SPOT, readView(""), LOADED).event;
  const second = eventOf("impression", SPOT, readView(""), LOADED).event;
  expect(first).not.toHaveProperty("user");
  expect(first.id).not.toBe(second.id);
  expect(accepted(first)).toMatchObject({
    ok: true,
    events: [{ user: "visitor", cluster: "esp.social", generation: 6 }],
  });
});

test("odd page data costs a detail, not the event", () => {
  const page = { ...PAGE, context: "NOT A CONTEXT", cluster: "No Cluster!", generation: -1 };
  const spot = { item: "i", carousel: "c".repeat(97), position: Number.NaN };
  const { event } = eventOf("click", spot, readView(""), { ...LOADED, page });
  expect(Object.keys(event).toSorted()).toEqual(["id", "item", "type"]);
  expect(accepted(event)).toMatchObject({ ok: true, refused: [] });
});
