import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { foldNewEvents } from "../pipeline/ingest/fold-events.ts";
import { foldEvents, NO_PROFILE, type Profile } from "@spillway/model/profile/fold.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { mergeProfiles } from "@spillway/model/profile/merge-profiles.ts";
import type { Database } from "@spillway/store/database.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { iterateProfiles, profileOf, putProfiles } from "@spillway/store/profiles/profiles.ts";
import { currentProfile, toFoldable, toProfile } from "@spillway/store/profiles/stored-profile.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { link, MAX_VISITORS, unlink } from "./identify.ts";

const NOW_MS = 1_800_000_000_000;
const VISITORS = ["v_a", "v_b", "v_c"];
const USERS = ["u1", "u2"];
const context = { seqOfItem: (id: string) => Number(id), clockOffsetMs: 0 };
/** Known of u1 before any event, as an import leaves it. */
const IMPORTED = { item: 900, weight: 2, timeMs: 1_000_000 };

let drawn = 0;

function play(user: string, item: number, minute = drawn): StoredEvent {
  drawn += 1;
  return { id: `e${drawn}`, type: "play", item: String(item), user, timeMs: NOW_MS + minute * 60_000 };
}

function fold(database: Database): void {
  foldNewEvents(database, context, NOW_MS);
}

function items(database: Database, id: string): number[] {
  return toProfile(profileOf(database, id))
    .history.map(({ item }) => item)
    .toSorted((a, b) => a - b);
}

function current(database: Database, id: string): number[] {
  return currentProfile(database, id, context)
    .history.map(({ item }) => item)
    .toSorted((a, b) => a - b);
}

function importOne(database: Database): void {
  putProfiles(database, [
    {
      user: "u1",
      history: packHistory([IMPORTED]),
      signals: JSON.stringify({ ...NO_SIGNALS, team: "ESP" }),
      visits: 3,
      source: "import",
      updatedMs: IMPORTED.timeMs,
    },
  ]);
}

describe("a login", () => {
  test.each(["before", "after"])("moves events that are folded %s it to the user's profile", (when) => {
    const database = openForTest();
    insertEvents(database, [play("v_a", 1), play("u1", 2)], NOW_MS);
    if (when === "before") fold(database);
    expect(link(database, "v_a", "u1", NOW_MS)).toEqual({ kind: "linked" });
    expect(current(database, "u1")).toEqual([1, 2]);
    insertEvents(database, [play("v_a", 3)], NOW_MS);
    expect([current(database, "u1"), current(database, "v_a")]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    fold(database);
    expect(items(database, "u1")).toEqual([1, 2, 3]);
    expect(profileOf(database, "v_a")).toBeUndefined();
  });

  test("is undone by unlinking, later events included", () => {
    const database = openForTest();
    link(database, "v_a", "u1", NOW_MS);
    insertEvents(database, [play("v_a", 1), play("u1", 2)], NOW_MS);
    fold(database);
    expect(unlink(database, "v_a")).toEqual({ kind: "unlinked" });
    expect([items(database, "u1"), items(database, "v_a")]).toEqual([[2], [1]]);
    expect(unlink(database, "v_a")).toEqual({ kind: "not-linked" });
  });

  test("changes nothing when it comes again, and moves the visitor when it names another user", () => {
    const database = openForTest();
    insertEvents(database, [play("v_a", 1), play("v_a", 1)], NOW_MS);
    fold(database);
    link(database, "v_a", "u1", NOW_MS);
    const once = profileOf(database, "u1");
    expect(link(database, "v_a", "u1", NOW_MS + 1)).toEqual({ kind: "unchanged" });
    expect(profileOf(database, "u1")).toEqual(once);
    expect(link(database, "v_a", "u2", NOW_MS)).toEqual({ kind: "moved" });
    expect([items(database, "u1"), items(database, "u2")]).toEqual([[], [1]]);
    expect(unlink(database, "v_a", "u1")).toEqual({ kind: "not-linked" });
    expect(items(database, "u2")).toEqual([1]);
  });

  test("keeps what was imported of the user, with and without the visitor", () => {
    const database = openForTest();
    importOne(database);
    insertEvents(database, [play("v_a", 1)], NOW_MS);
    link(database, "v_a", "u1", NOW_MS);
    fold(database);
    expect(items(database, "u1")).toEqual([1, IMPORTED.item]);
    expect(profileOf(database, "u1")).toMatchObject({ source: "import", visits: 4 });
    unlink(database, "v_a");
    expect(items(database, "u1")).toEqual([IMPORTED.item]);
  });

  test("is refused for a user with too many visitors, until one is unlinked", () => {
    const database = openForTest();
    for (let at = 0; at < MAX_VISITORS; at += 1) link(database, `v_${at}`, "u1", NOW_MS);
    expect(link(database, "v_a", "u1", NOW_MS)).toMatchObject({
      kind: "refused",
      key: "user",
      reason: expect.stringContaining("unlink one (DELETE /identify)"),
    });
    expect(link(database, "v_0", "u1", NOW_MS)).toEqual({ kind: "unchanged" });
    unlink(database, "v_0", "u1");
    expect(link(database, "v_a", "u1", NOW_MS)).toEqual({ kind: "linked" });
  });

  test("makes no chains", () => {
    const database = openForTest();
    link(database, "v_a", "u1", NOW_MS);
    expect(link(database, "v_b", "v_a", NOW_MS)).toMatchObject({ kind: "refused", key: "user" });
    expect(link(database, "u1", "u2", NOW_MS)).toMatchObject({ kind: "refused", key: "visitor" });
    expect(link(database, "u1", "u1", NOW_MS)).toMatchObject({ kind: "refused", key: "visitor" });
  });
});

type Step =
  | {
      readonly kind: "post";
      readonly id: string;
      readonly item: number;
      readonly minute: number;
      readonly team: string;
    }
  | { readonly kind: "fold" | "again" }
  | { readonly kind: "link"; readonly visitor: string; readonly user: string }
  | { readonly kind: "unlink"; readonly visitor: string };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("post" as const),
        id: fc.constantFrom(...VISITORS, ...USERS),
        item: fc.integer({ min: 1, max: 20 }),
        minute: fc.integer({ min: 0, max: 300 }),
        team: fc.constantFrom("none", "ESP", "BEL"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("fold" as const, "again" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("link" as const),
        visitor: fc.constantFrom(...VISITORS),
        user: fc.constantFrom(...USERS),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("unlink" as const), visitor: fc.constantFrom(...VISITORS) }),
    },
  ),
  { maxLength: 25 },
);

/** What the profiles must be, from nothing but the events and the last link of each visitor. */
function recompute(
  events: readonly StoredEvent[],
  links: ReadonlyMap<string, string>,
): Map<string, { profile: Profile; ids: string[] }> {
  const base: Profile = {
    history: [IMPORTED],
    signals: { ...NO_SIGNALS, team: "ESP" },
    visits: 3,
    updatedMs: IMPORTED.timeMs,
  };
  const own = [...USERS, ...VISITORS].flatMap((id) => {
    const mine = events.filter(({ user }) => user === id).map((event) => toFoldable(event, context));
    if (mine.length === 0 && id !== "u1") return [];
    return [{ id, profile: foldEvents(id === "u1" ? base : NO_PROFILE, mine) }];
  });
  const people = Map.groupBy(own, ({ id }) => links.get(id) ?? id);
  return new Map(
    people.entries().map(([person, parts]) => {
      const ids = parts.map(({ id }) => id);
      return [person, { profile: mergeProfiles(parts.map(({ profile }) => profile)), ids }];
    }),
  );
}

function comparable({ history, ...rest }: Profile): object {
  return { ...rest, history: history.toSorted((a, b) => a.item - b.item) };
}

test("whatever order events, folds, logins and logouts come in, every event is in exactly one person's profile, once", () => {
  const database = openForTest(":memory:");
  fc.assert(
    fc.property(steps, (taken: readonly Step[]) => {
      database.sqlite.exec(
        "DELETE FROM events; DELETE FROM profiles; DELETE FROM own_profiles; DELETE FROM links; DELETE FROM documents",
      );
      importOne(database);
      const links = new Map<string, string>();
      const events: StoredEvent[] = [];
      for (const step of taken) {
        if (step.kind === "post") {
          const event = {
            ...play(step.id, step.item, step.minute),
            signals: { ...NO_SIGNALS, team: step.team },
          };
          events.push(event);
          insertEvents(database, [event], NOW_MS);
        }
        if (step.kind === "again") insertEvents(database, events, NOW_MS);
        if (step.kind === "fold") fold(database);
        if (step.kind === "link") {
          link(database, step.visitor, step.user, NOW_MS);
          links.set(step.visitor, step.user);
        }
        if (step.kind === "unlink") {
          unlink(database, step.visitor);
          links.delete(step.visitor);
        }
      }
      const expected = recompute(events, links);
      for (const [person, { profile }] of expected) {
        const withoutVisit = (of: Profile) => comparable({ ...of, visits: 0, signals: undefined });
        expect(withoutVisit(currentProfile(database, person, context))).toEqual(withoutVisit(profile));
      }
      fold(database);
      const found = new Map(Array.from(iterateProfiles(database), (row) => [row.user, toProfile(row)]));
      expect(new Set(found.keys())).toEqual(new Set(expected.keys()));
      for (const [person, { profile, ids }] of expected) {
        expect(comparable(found.get(person) ?? NO_PROFILE)).toEqual(comparable(profile));
        for (const id of ids) {
          expect(comparable(currentProfile(database, id, context))).toEqual(comparable(profile));
        }
      }
    }),
    { numRuns: 60, seed: 5 },
  );
});
