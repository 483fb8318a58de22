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
import { linksOf } from "@spillway/store/profiles/links.ts";
import { iterateProfiles, profileOf, putProfiles } from "@spillway/store/profiles/profiles.ts";
import { currentProfile, toFoldable, toProfile } from "@spillway/store/profiles/stored-profile.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { link, MAX_VISITORS, unlink } from "./identify.ts";

const NOW_MS = 1_800_000_000_000;
const VISITORS = ["v_a", "v_b", "v_c"];
const USERS = ["u1", "u2"];
const context = { seqOfItem: (id: string) => Number(id), clockOffsetMs: 0 };
const STEP_MS = 60_000;
/** Known of u1 before any event, as an import leaves it. */
const IMPORTED = { item: 900, weight: 2, timeMs: 1_000_000 };

let drawn = 0;

function play(user: string, item: number, minute = drawn): StoredEvent {
  drawn += 1;
  return { id: `e${drawn}`, type: "play", item: String(item), user, timeMs: NOW_MS + minute * 60_000 };
}

/** `takenMs`: when the edge took it, or the origin from a client. */
function takenAt(takenMs: number, user: string, item: number): StoredEvent {
  return { ...play(user, item), timeMs: takenMs };
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
    insertEvents(database, [takenAt(NOW_MS - 1, "v_a", 3)], NOW_MS + 9);
    expect([current(database, "u1"), current(database, "v_a")]).toEqual([[1, 2, 3], []]);
    fold(database);
    expect(items(database, "u1")).toEqual([1, 2, 3]);
    expect([current(database, "v_a"), profileOf(database, "v_a")]).toEqual([[], undefined]);
  });

  test("gives the visitor's id nothing of the user's, and the user nothing of what the id does later", () => {
    const database = openForTest();
    insertEvents(database, [play("v_a", 1), play("u1", 2)], NOW_MS);
    link(database, "v_a", "u1", NOW_MS);
    insertEvents(database, [takenAt(NOW_MS + 1, "v_a", 3)], NOW_MS + 1);
    for (const isFolded of [false, true]) {
      if (isFolded) fold(database);
      expect([current(database, "u1"), current(database, "v_a")]).toEqual([[1, 2], [3]]);
    }
    expect(link(database, "v_a", "u1", NOW_MS + 2)).toEqual({ kind: "unchanged" });
    expect([current(database, "u1"), current(database, "v_a")]).toEqual([[1, 2, 3], []]);
    expect(unlink(database, "v_a")).toMatchObject({ kind: "unlinked" });
    expect([items(database, "u1"), items(database, "v_a")]).toEqual([[2], [1, 3]]);
  });

  test("is not dated back by the time that a client names", () => {
    const database = openForTest();
    link(database, "v_a", "u1", NOW_MS);
    const back = { ...takenAt(NOW_MS - 60_000, "v_a", 1), takenMs: NOW_MS + 1 };
    const waited = { ...takenAt(NOW_MS - 60_000, "v_a", 2), takenMs: NOW_MS - 1 };
    insertEvents(database, [back, waited], NOW_MS + 2);
    expect([current(database, "u1"), current(database, "v_a")]).toEqual([[2], [1]]);
    fold(database);
    expect([items(database, "u1"), items(database, "v_a")]).toEqual([[2], [1]]);
  });

  test("by a viewer takes nothing from another user, who had it before; the backend's may", () => {
    for (const isFolded of [false, true]) {
      const database = openForTest();
      insertEvents(database, [play("v_a", 1)], NOW_MS);
      link(database, "v_a", "u1", NOW_MS, { successor: "v_b" });
      insertEvents(database, [takenAt(NOW_MS + 1, "v_a", 2)], NOW_MS + 1);
      if (isFolded) fold(database);
      expect(link(database, "v_a", "u2", NOW_MS + 2, { successor: "v_c" })).toEqual({
        kind: "moved",
        parted: [],
      });
      expect(["u1", "u2", "v_a"].map((id) => current(database, id))).toEqual([[1], [2], []]);
      fold(database);
      expect([items(database, "u1"), items(database, "u2")]).toEqual([[1], [2]]);
      expect(link(database, "v_a", "u3", NOW_MS + 3)).toMatchObject({ kind: "moved", parted: ["u2", "v_c"] });
      expect([items(database, "u1"), items(database, "u3")]).toEqual([[1], [2]]);
    }
  });

  test("is undone by the id that came in the visitor's place, for that user alone", () => {
    const database = openForTest();
    insertEvents(database, [play("v_a", 1)], NOW_MS);
    fold(database);
    link(database, "v_a", "u1", NOW_MS, { successor: "v_b" });
    expect(unlink(database, "v_b", "u2")).toEqual({ kind: "not-linked" });
    expect(unlink(database, "v_b")).toEqual({ kind: "not-linked" });
    expect(unlink(database, "v_b", "u1")).toEqual({ kind: "unlinked", parted: ["u1", "v_b"] });
    expect([items(database, "u1"), items(database, "v_a")]).toEqual([[], [1]]);
  });

  test("by a viewer always finds room, and loses nothing for it", () => {
    const database = openForTest();
    const login = { successor: undefined };
    const total = MAX_VISITORS + 20;
    for (let at = 0; at < total; at += 1) {
      // Every fifth of these visitors has watched something.
      if (at % 5 === 0) insertEvents(database, [play(`v_${at}`, at + 1)], NOW_MS);
      expect(link(database, `v_${at}`, "u1", NOW_MS + at, login)).toEqual({ kind: "linked" });
    }
    const watched = Array.from({ length: total / 5 }, (_, at) => at * 5 + 1);
    expect(linksOf(database, "u1")).toHaveLength(MAX_VISITORS);
    expect(current(database, "u1")).toEqual(watched);
    for (let at = total; at < total + MAX_VISITORS; at += 1) {
      insertEvents(database, [play(`v_${at}`, at + 1)], NOW_MS);
      link(database, `v_${at}`, "u1", NOW_MS + at, login);
    }
    fold(database);
    const later = Array.from({ length: MAX_VISITORS }, (_, at) => total + at + 1);
    expect(items(database, "u1")).toEqual([...watched, ...later]);
  });

  test("is undone by unlinking, later events included", () => {
    const database = openForTest();
    link(database, "v_a", "u1", NOW_MS);
    insertEvents(database, [play("v_a", 1), play("u1", 2)], NOW_MS);
    fold(database);
    expect(unlink(database, "v_a")).toEqual({ kind: "unlinked", parted: ["u1"] });
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
    expect(link(database, "v_a", "u2", NOW_MS)).toEqual({ kind: "moved", parted: ["u1"] });
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
      readonly lateSteps: number;
      readonly team: string;
    }
  | { readonly kind: "fold" | "again" }
  | { readonly kind: "link" | "login"; readonly visitor: string; readonly user: string }
  | { readonly kind: "unlink"; readonly visitor: string };

const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("post" as const),
        id: fc.constantFrom(...VISITORS, ...USERS),
        item: fc.integer({ min: 1, max: 20 }),
        lateSteps: fc.constantFrom(0, 0, 1, 4),
        team: fc.constantFrom("none", "ESP", "BEL"),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("fold" as const, "again" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom("link" as const, "login" as const),
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

type Posted = {
  readonly event: StoredEvent;
  /** The user who has it for good. */
  readonly keptBy?: string;
};

type Links = ReadonlyMap<string, { readonly user: string; readonly linkedMs: number }>;

function ownerOf({ event, keptBy }: Posted, links: Links): string {
  const linked = links.get(event.user);
  return keptBy ?? (linked !== undefined && event.timeMs <= linked.linkedMs ? linked.user : event.user);
}

/** What the profiles must be, from nothing but the events and the last link of each visitor. */
function recompute(posted: readonly Posted[], links: Links): Map<string, Profile> {
  const base: Profile = {
    history: [IMPORTED],
    hidden: [],
    signals: { ...NO_SIGNALS, team: "ESP" },
    visits: 3,
    updatedMs: IMPORTED.timeMs,
  };
  const byOwner = Map.groupBy(posted, (one) => ownerOf(one, links));
  const people = [...USERS, ...VISITORS].filter((id) => byOwner.has(id) || id === "u1");
  return new Map(
    people.map((person) => {
      const parts = Map.groupBy(byOwner.get(person) ?? [], ({ event }) => event.user)
        .values()
        .map((of) =>
          foldEvents(
            NO_PROFILE,
            of.map(({ event }) => toFoldable(event, context)),
          ),
        );
      return [person, mergeProfiles(person === "u1" ? [base, ...parts] : [...parts])];
    }),
  );
}

/**
 * Visits that several ids share count more than once, and of signals from one instant either may be the last.
 */
function comparable({ history, updatedMs }: Profile): object {
  return { updatedMs, history: history.toSorted((a, b) => a.item - b.item) };
}

test("whatever order events, folds, logins and logouts come in, every event is in exactly one person's profile, once", () => {
  const database = openForTest(":memory:");
  fc.assert(
    fc.property(steps, (taken: readonly Step[]) => {
      database.sqlite.exec(
        "DELETE FROM events; DELETE FROM profiles; DELETE FROM own_profiles; DELETE FROM links; DELETE FROM documents",
      );
      importOne(database);
      const links = new Map<string, { user: string; linkedMs: number }>();
      let posted: Posted[] = [];
      for (const [at, step] of taken.entries()) {
        const nowMs = NOW_MS + at * STEP_MS;
        if (step.kind === "post") {
          const event = {
            ...takenAt(nowMs - step.lateSteps * STEP_MS, step.id, step.item),
            signals: { ...NO_SIGNALS, team: step.team },
          };
          posted.push({ event });
          insertEvents(database, [event], nowMs);
        }
        if (step.kind === "again") {
          const events = posted.map(({ event }) => event);
          insertEvents(database, events, nowMs);
        }
        if (step.kind === "fold") fold(database);
        if (step.kind === "link" || step.kind === "login") {
          const { visitor, user } = step;
          const before = links.get(visitor);
          link(database, visitor, user, nowMs, step.kind === "login" ? { successor: undefined } : undefined);
          if (step.kind === "login" && before !== undefined && before.user !== user) {
            posted = posted.map((one) =>
              one.event.user === visitor && ownerOf(one, links) === before.user
                ? { ...one, keptBy: before.user }
                : one,
            );
          }
          links.set(visitor, { user, linkedMs: nowMs });
        }
        if (step.kind === "unlink") {
          unlink(database, step.visitor);
          links.delete(step.visitor);
        }
      }
      const expected = recompute(posted, links);
      const all = [...USERS, ...VISITORS];
      const everybody = () =>
        all.map((id) => [id, comparable(currentProfile(database, id, context))] as const);
      const wanted = all.map((id) => [id, comparable(expected.get(id) ?? NO_PROFILE)] as const);
      expect(everybody()).toEqual(wanted);
      fold(database);
      expect(everybody()).toEqual(wanted);
      const found = Array.from(iterateProfiles(database), ({ user }) => user);
      expect(new Set(found)).toEqual(new Set(expected.keys()));
    }),
    { numRuns: 300, seed: 5 },
  );
});
