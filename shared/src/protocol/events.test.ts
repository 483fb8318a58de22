import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_EVENTS_PER_BATCH, parseEventBatch, parseStoredEvents } from "./events.ts";
import { NO_SIGNALS } from "../signals/signals.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const owner = { user: "u1", signals: NO_SIGNALS, nowMs: NOW_MS };
const play = { id: "e1", type: "play", item: "match-98-esp-bel" };

describe("parseEventBatch", () => {
  test("fixes the user and the time of each event", () => {
    const parsed = parseEventBatch(
      { events: [play, { ...play, id: "e2", user: "u2", time: "2026-07-10T19:00:00+02:00", position: 3 }] },
      owner,
    );
    expect(parsed).toEqual({
      ok: true,
      refused: [],
      events: [
        { ...play, user: "u1", timeMs: NOW_MS, signals: NO_SIGNALS },
        {
          ...play,
          id: "e2",
          user: "u2",
          timeMs: NOW_MS - 3_600_000,
          takenMs: NOW_MS,
          position: 3,
          signals: NO_SIGNALS,
        },
      ],
    });
  });

  test("a bad event costs only itself, and is named with index, id, key and reason", () => {
    const parsed = parseEventBatch(
      [play, { ...play, id: "e2", type: "explode" }, 7, { ...play, id: "e3", time: "2027-01-01T00:00:00Z" }],
      owner,
    );
    expect(parsed.ok && parsed.events.map(({ id }) => id)).toEqual(["e1"]);
    expect(parsed.ok && parsed.refused).toMatchObject([
      { index: 1, id: "e2", key: "type" },
      { index: 2, key: "" },
      { index: 3, id: "e3", key: "time", reason: "is more than a day in the future" },
    ]);
  });

  test.each([
    ["nothing", undefined],
    ["a number", 5],
    ["no events", { events: [] }],
    ["events that are no array", { events: {} }],
    ["too many", Array.from({ length: MAX_EVENTS_PER_BATCH + 1 }, () => play)],
    ["only bad ones", [{ ...play, item: "" }]],
    ["an event of nobody", [{ ...play, id: "e" }]],
    ["an event about undefined", [{ ...play, item: "undefined" }]],
    ["an event whose id is the text of an object", [{ ...play, id: "[object Object]" }]],
  ])("refuses %s", (name, value) => {
    const parsed = parseEventBatch(
      value,
      name === "an event of nobody" ? { ...owner, user: undefined } : owner,
    );
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : parsed.issues.length).toBeGreaterThan(0);
  });

  test("words for nothing are no user and no claim", () => {
    const nothing = { user: "undefined", cluster: "null", context: "undefined", carousel: "NaN" };
    const parsed = parseEventBatch(
      [
        { ...play, ...nothing },
        { ...play, id: "e2", user: "u2" },
      ],
      owner,
    );
    expect(parsed.ok && parsed.events.map(({ user }) => user)).toEqual(["u1", "u2"]);
    expect(parsed.ok && parsed.events[0]).toEqual({
      ...play,
      user: "u1",
      timeMs: NOW_MS,
      signals: NO_SIGNALS,
    });
    const refused = parseEventBatch([play, { ...play, item: "null" }], owner);
    expect(refused.ok && refused.refused).toEqual([
      { index: 1, id: "e1", key: "item", reason: '"null" stands for no value' },
    ]);
  });

  test("never throws, and the origin accepts what it accepts", () => {
    const event = fc.oneof(
      fc.anything(),
      fc.record(
        {
          id: fc.oneof(fc.uuid(), fc.string({ unit: "binary", maxLength: 200 })),
          type: fc.constantFrom("play", "click", "impression", "progress", "complete", "other"),
          item: fc.string({ unit: "binary", maxLength: 200 }),
          user: fc.string({ unit: "binary", maxLength: 200 }),
          time: fc.oneof(
            fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
            fc.double(),
            fc.string(),
          ),
          position: fc.double(),
          cluster: fc.string(),
          servedAs: fc.constantFrom("cluster", "individual", "x"),
        },
        { requiredKeys: ["id", "type", "item"] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(event, { maxLength: 5 })), (value) => {
        const parsed = parseEventBatch(value, owner);
        if (!parsed.ok) return;
        const forwarded: unknown = JSON.parse(JSON.stringify({ events: parsed.events }));
        expect(parseStoredEvents(forwarded)).toMatchObject({ ok: true });
      }),
      { numRuns: 500 },
    );
  });
});
