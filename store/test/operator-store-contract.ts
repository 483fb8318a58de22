/** What every implementation of the operator store does: one suite, run against each. */
import { tupleWith } from "@spillway/shared/test/decision-tuple.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import type { DecisionTuple } from "@spillway/shared/sample/decision-tuple.ts";
import type { DeadLetter } from "../src/operators/letter-store.ts";
import type { NewSuspect } from "../src/operators/suspect-store.ts";
import type { SampleDay } from "../src/operators/sample-store.ts";
import type { Routing } from "@spillway/shared/routing/routing.ts";
import type { NewAuditEntry } from "../src/operators/audit-log.ts";
import { ADMIN_GRANT, type OperatorStore } from "../src/operators/operator-store.ts";

const DAY_MS = 86_400_000;

function routingOf(threshold: number): Routing {
  const bands = [{ name: "all day", from: "00:00", threshold_per_s: threshold }];
  return { time_zone: "UTC", mode: "auto", deadline_ms: 250, bands, rules: [] };
}

function pinsOf(...ids: string[]): readonly Pin[] {
  return pinsSchema.parse({ pins: ids.map((id) => ({ id, items: [`item-${id}`] })) }).pins;
}

function entry(more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    atMs: 1000,
    by: "ada",
    role: "operator",
    via: "token",
    address: "10.0.0.7",
    action: "routing.push",
    subject: "routing 1",
    ...more,
  };
}

let store: OperatorStore;
let keepLetter: OpenedStore["keepLetter"];

function tuple(minute: number): DecisionTuple {
  return tupleWith({ campaign: "qf" }, { minute, weight: 2.5 });
}

function about(day: number, more: Partial<SampleDay> = {}): SampleDay {
  const figures = { tuples: 2, weight: 5, withheld: 0.5, complete: true, storedMs: 1000 };
  return { day, source: "recorded", ...figures, ...more };
}

async function minutesOf(fromMs: number, untilMs: number): Promise<number[]> {
  return (await Array.fromAsync(store.samples.tuples(fromMs, untilMs))).map(({ minute }) => minute);
}

const pinsEntry = (version: number) => entry({ subject: `pins ${version}` });

const createToken = async (name: string, more: { expiresMs?: number; nowMs?: number } = {}) => {
  const made = await store.tokens.create({ name, role: "viewer", by: "admin", nowMs: 1000, ...more });
  if (made.kind !== "created") throw new Error("the name is taken");
  return made;
};

const session = (id: string, grantedFor = `${ADMIN_GRANT}x`) => ({
  id,
  name: "admin",
  role: "admin" as const,
  grantedFor,
  createdMs: 1000,
  expiresMs: 2000,
});

const suspect = (hash: string, more: Partial<NewSuspect> = {}): NewSuspect => ({
  hash,
  user: null,
  why: '{"score":3}',
  expiresMs: 9000,
  ...more,
});

const letter = (id: string, receivedMs: number, replayedMs: number | null = null): DeadLetter => ({
  id,
  receivedMs,
  reason: "type is unknown",
  body: `{"id":"${id}"}`,
  replayedMs,
});

const entryOf = (names: readonly string[]) => entry({ subject: names.join() });

const nowMinute = (minute: number, facts = `{"at":${minute}}`) => ({ minute, facts });

const addDraft = (id: string, startMs: number) =>
  store.drafts.add({ pins: pinsOf(id), startMs, baseVersion: 3, by: "ed", nowMs: 1, note: "later" });

export type OpenedStore = {
  readonly store: OperatorStore;
  /** As the events' own transaction does. */
  readonly keepLetter: (letter: DeadLetter) => void;
};

/** `openStore` opens an empty one, which ends with the test. */
export function testOperatorStore(openStore: () => OpenedStore): void {
  describe("the operator store", () => {
    beforeEach(() => void ({ store, keepLetter } = openStore()));

    describe("the sample", () => {
      test("gives tuples back as they went, by time and in order", async () => {
        const own = Array.from({ length: 9000 }, (_, at) => tuple(1440 + (at % 1440)));
        await store.samples.put([
          { about: about(1), tuples: own },
          { about: about(0, { source: "imported" }), tuples: [tuple(7)] },
        ]);
        expect(await store.samples.days()).toEqual([about(0, { source: "imported" }), about(1)]);
        expect(await Array.fromAsync(store.samples.tuples(0, DAY_MS))).toEqual([tuple(7)]);
        const read = await minutesOf(0, 2 * DAY_MS);
        expect(read).toHaveLength(9001);
        expect(read).toEqual(read.toSorted((a, b) => a - b));
        const minuteMs = 60_000;
        expect(await minutesOf(1500 * minuteMs, 1501 * minuteMs)).toEqual([
          1500, 1500, 1500, 1500, 1500, 1500, 1500,
        ]);
        expect(await minutesOf(8 * minuteMs, 1440 * minuteMs)).toEqual([]);
      });

      test("replaces a day as a whole, and keeps the others", async () => {
        await store.samples.put([{ about: about(1), tuples: [tuple(1440), tuple(1441)] }]);
        await store.samples.put([{ about: about(2), tuples: [tuple(2880)] }]);
        await store.samples.put([{ about: about(1, { tuples: 1 }), tuples: [tuple(1500)] }]);
        expect(await minutesOf(0, 9 * DAY_MS)).toEqual([1500, 2880]);
        expect((await store.samples.days()).map(({ tuples }) => tuples)).toEqual([1, 2]);
      });

      test("drops recorded days by their day, and imported ones by when they came", async () => {
        await store.samples.put([
          { about: about(1), tuples: [tuple(1440)] },
          { about: about(2, { source: "imported", storedMs: 500 }), tuples: [tuple(2880)] },
          { about: about(3, { source: "imported", storedMs: 1000 }), tuples: [tuple(4320)] },
          { about: about(9), tuples: [tuple(9 * 1440)] },
        ]);
        expect(await store.samples.drop(9, 1000)).toBe(2);
        expect((await store.samples.days()).map(({ day }) => day)).toEqual([3, 9]);
        expect(await minutesOf(0, 20 * DAY_MS)).toEqual([4320, 9 * 1440]);
      });
    });

    describe("the history of Now", () => {
      test("gives minutes back as they went, in order, and replaces those that come again", async () => {
        expect(await store.nowHistory.between(0, 100)).toEqual([]);
        expect(await store.nowHistory.oldest()).toBeUndefined();
        await store.nowHistory.put([nowMinute(12), nowMinute(10, '{"text":"é ≤ 5"}')]);
        await store.nowHistory.put([nowMinute(12, "[12]"), nowMinute(13)]);
        expect(await store.nowHistory.between(10, 13)).toEqual([
          nowMinute(10, '{"text":"é ≤ 5"}'),
          nowMinute(12, "[12]"),
        ]);
        expect(await store.nowHistory.oldest()).toBe(10);
      });

      test("drops what is old", async () => {
        await store.nowHistory.put([nowMinute(1), nowMinute(2), nowMinute(3)]);
        expect(await store.nowHistory.drop(3)).toBe(2);
        expect(await store.nowHistory.between(0, 9)).toEqual([nowMinute(3)]);
      });
    });

    describe("a forced mode", () => {
      const forced = { mode: "force-cluster" as const, untilMs: 5000, by: "ada", setMs: 1000 };

      test("holds until its time is over, and the next one replaces it", async () => {
        await store.modeOverride.put(forced, entry({ action: "mode.force" }));
        expect(await store.modeOverride.current(4999)).toEqual(forced);
        expect(await store.modeOverride.current(5000)).toBeUndefined();
        await store.modeOverride.put({ ...forced, mode: "auto" });
        expect((await store.modeOverride.current(1000))?.mode).toBe("auto");
        expect((await store.audit.list({ limit: 9 })).map(({ action }) => action)).toEqual(["mode.force"]);
      });

      test("ends before that when it is ended, also where there is none", async () => {
        await store.modeOverride.end();
        await store.modeOverride.put(forced);
        await store.modeOverride.end(entry({ action: "mode.end" }));
        expect(await store.modeOverride.current(1000)).toBeUndefined();
        expect((await store.audit.list({ limit: 9 })).map(({ action }) => action)).toEqual(["mode.end"]);
      });
    });

    describe("rollouts", () => {
      const candidate = { routing: routingOf(9), source: "# nine" };
      const next = {
        shares: [0.05, 1],
        everyMs: 600_000,
        guards: [],
        stages: [{ share: 0.05, holdsFromMs: 9 }],
        begunMs: 5,
        candidate,
        note: "final",
        by: "ada",
      };
      const begin = async () => {
        await store.routing.put({ value: { routing: routingOf(5), source: "" }, nowMs: 1 });
        const begun = await store.rollouts.begin({ ...next, expectedVersion: 1, audit: () => entry() });
        if (begun.kind !== "begun") throw new Error("nothing is in the way");
        return begun.rollout;
      };

      test("a candidate has a number that nobody else gets, and is no version yet", async () => {
        expect(await store.rollouts.latest()).toBeUndefined();
        const begun = await begin();
        expect(begun).toMatchObject({ id: "r2", versions: { current: 1, candidate: 2 }, confirmed: 0 });
        expect(await store.rollouts.latest()).toEqual(begun);
        expect((await store.routing.current())?.version).toBe(1);
        expect(await store.routing.byVersion(2)).toBeUndefined();
        expect(await store.routing.put({ value: candidate, nowMs: 6 })).toEqual({
          kind: "stored",
          version: 3,
        });
        expect(await store.rollouts.complete(begun, 7)).toBe(false);
        expect((await store.audit.list({ limit: 9 })).length).toBe(1);
      });

      test("begins from the version in force alone", async () => {
        const begun = await store.rollouts.begin({ ...next, expectedVersion: 1 });
        expect(begun).toEqual({ kind: "conflict", current: undefined });
        expect(await store.rollouts.latest()).toBeUndefined();
      });

      test("a complete one is in force under its number, from then on", async () => {
        const begun = await begin();
        const done = { ...begun, end: { how: "completed", atMs: 8, reason: "all" } } as const;
        expect(await store.rollouts.complete(done, 8, entry())).toBe(true);
        expect(await store.routing.current()).toMatchObject({
          version: 2,
          writtenMs: 8,
          note: "final",
          by: "ada",
        });
        expect(await store.rollouts.latest()).toEqual(done);
      });

      test("keeps what a stage has shown until the rollout ends", async () => {
        const begun = await begin();
        const none = { kept: 1, users: [] };
        const some = { kept: 0.5, users: [["00ff00ff00ff00ff", 0.25, 3, 0, 1] as const] };
        const evidence = {
          form: "a b",
          fromMs: 60_000,
          latestMs: { current: 120_000, candidate: 0 },
          served: { current: some, candidate: none },
          events: { current: none, candidate: none },
        };
        expect(await store.rollouts.evidence(begun.id)).toBeUndefined();
        await store.rollouts.putEvidence(begun.id, { ...evidence, fromMs: 0 }, 7);
        await store.rollouts.putEvidence(begun.id, evidence, 8);
        await store.rollouts.putEvidence("r9", { ...evidence, form: "other" }, 8);
        expect(await store.rollouts.evidence(begun.id)).toEqual(evidence);
        expect(await store.rollouts.evidence("r9")).toBeUndefined();
        await store.rollouts.put({ ...begun, end: { how: "aborted", atMs: 8, reason: "bad" } });
        expect(await store.rollouts.evidence(begun.id)).toBeUndefined();
        // What was on its way when it ended comes too late.
        await store.rollouts.putEvidence(begun.id, evidence, 9);
        expect(await store.rollouts.evidence(begun.id)).toBeUndefined();
      });
    });

    describe("documents", () => {
      test("there is none before the first write", async () => {
        expect(await store.routing.current()).toBeUndefined();
        expect(await store.routing.list(10)).toEqual([]);
        expect(await store.pins.current()).toBeUndefined();
        expect(await store.pins.byVersion(1)).toBeUndefined();
      });

      test("every version is kept, with who wrote it and why, newest first", async () => {
        const write = (threshold: number, nowMs: number) =>
          store.routing.put({
            value: { routing: routingOf(threshold), source: `# ${threshold}` },
            note: `to ${threshold}`,
            by: "ada",
            nowMs,
          });
        expect(await write(5, 1)).toEqual({ kind: "stored", version: 1 });
        expect(await write(6, 2)).toEqual({ kind: "stored", version: 2 });
        expect(await store.routing.byVersion(1)).toEqual({
          version: 1,
          value: { routing: routingOf(5), source: "# 5" },
          note: "to 5",
          by: "ada",
          writtenMs: 1,
        });
        expect((await store.routing.list(5)).map(({ version }) => version)).toEqual([2, 1]);
        expect((await store.routing.list(1)).map(({ note }) => note)).toEqual(["to 6"]);
        expect((await store.routing.current())?.version).toBe(2);
      });

      test("pins are versions too", async () => {
        await store.pins.put({ value: pinsOf("a"), nowMs: 1 });
        await store.pins.put({ value: pinsOf("b"), nowMs: 2, by: "ed", note: "final" });
        expect((await store.pins.byVersion(1))?.value).toEqual(pinsOf("a"));
        expect(await store.pins.current()).toEqual({
          version: 2,
          value: pinsOf("b"),
          note: "final",
          by: "ed",
          writtenMs: 2,
        });
      });

      test("of two who saw the same version, the second writes nothing and learns what is there", async () => {
        await store.pins.put({ value: pinsOf("a"), nowMs: 1, expectedVersion: 0 });
        const both = await Promise.all(
          ["b", "c"].map((id) =>
            store.pins.put({ value: pinsOf(id), nowMs: 2, expectedVersion: 1, by: id, audit: pinsEntry }),
          ),
        );
        const [first, second] = both;
        expect(first).toEqual({ kind: "stored", version: 2 });
        expect(second).toMatchObject({ kind: "conflict", current: { version: 2, by: "b" } });
        expect((await store.pins.list(9)).length).toBe(2);
        expect((await store.audit.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(["pins 2"]);
      });

      test("a version is written with its audit entry or not at all", async () => {
        const failing = store.routing.put({
          value: { routing: routingOf(5), source: "" },
          nowMs: 1,
          audit: () => {
            throw new Error("no entry");
          },
        });
        await expect(failing).rejects.toThrow("no entry");
        expect(await store.routing.current()).toBeUndefined();
      });
    });

    describe("audit", () => {
      test("an entry comes back whole", async () => {
        const whole = entry({
          note: "why",
          before: { mode: "auto" },
          after: ["x", null],
          address: undefined,
        });
        const seq = await store.audit.append(whole);
        expect(await store.audit.list({ limit: 1 })).toEqual([{ ...whole, seq }]);
      });

      test("is listed by time, kind and actor, newest first, by pages", async () => {
        await store.audit.append(entry({ atMs: 1, action: "routing.push", by: "ada" }));
        await store.audit.append(entry({ atMs: 2, action: "routing.rollback", by: "bob" }));
        await store.audit.append(entry({ atMs: 3, action: "pins.put", by: "ada" }));
        const times = async (query: Partial<Parameters<typeof store.audit.list>[0]>) =>
          (await store.audit.list({ limit: 10, ...query })).map(({ atMs }) => atMs);
        expect(await times({})).toEqual([3, 2, 1]);
        expect(await times({ sinceMs: 2 })).toEqual([3, 2]);
        expect(await times({ untilMs: 2 })).toEqual([1]);
        expect(await times({ kind: "routing" })).toEqual([2, 1]);
        expect(await times({ kind: "routing.push" })).toEqual([1]);
        expect(await times({ kind: "rout" })).toEqual([]);
        expect(await times({ kind: "%" })).toEqual([]);
        expect(await times({ by: "ada" })).toEqual([3, 1]);
        expect(await times({ by: "ada", kind: "pins" })).toEqual([3]);
        const [, second] = await store.audit.list({ limit: 2 });
        expect(await times({ beforeSeq: second?.seq })).toEqual([1]);
      });

      test("drops what is older, whose numbers are not used again", async () => {
        for (let atMs = 1; atMs <= 2500; atMs += 1) await store.audit.append(entry({ atMs }));
        expect(await store.audit.drop(2500)).toBe(2499);
        expect((await store.audit.list({ limit: 9 })).map(({ atMs }) => atMs)).toEqual([2500]);
        expect(await store.audit.drop(3000)).toBe(1);
        expect(await store.audit.append(entry({}))).toBe(2501);
      });

      test("a huge summary is cut, and stays JSON", async () => {
        await store.audit.append(entry({ after: "x".repeat(1_000_000) }));
        const [stored] = await store.audit.list({ limit: 1 });
        expect(JSON.stringify(stored?.after).length).toBeLessThan(20_000);
      });
    });

    describe("tokens", () => {
      test("a token is found by its secret, which no list tells", async () => {
        const { token, secret } = await createToken("ci");
        expect(await store.tokens.find(secret, 2000)).toEqual(token);
        expect(token).toMatchObject({ name: "ci", role: "viewer", createdMs: 1000, createdBy: "admin" });
        const all = await store.tokens.list();
        expect(all).toEqual([token]);
        expect(JSON.stringify(all)).not.toContain(secret.slice(-20));
      });

      test.each([
        ["nothing", () => ""],
        ["another secret", (secret: string) => `${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`],
        ["an unknown id", (secret: string) => secret.replace(/_[0-9a-f]{16}_/, "_0123456789abcdef_")],
        ["the id alone", (secret: string) => secret.slice(0, 21)],
        ["more behind it", (secret: string) => `${secret}x`],
        ["a line break behind it", (secret: string) => `${secret}\n`],
      ])("%s finds no token", async (_, change) => {
        const { secret } = await createToken("ci");
        expect(await store.tokens.find(change(secret), 2000)).toBeUndefined();
      });

      test("a name has one valid token, and may be used again after that", async () => {
        const { secret, token } = await createToken("ci");
        expect(await store.tokens.create({ name: "ci", role: "operator", by: "admin", nowMs: 2000 })).toEqual(
          {
            kind: "name-taken",
            token,
          },
        );
        expect(await store.tokens.revoke("ci", 3000)).toMatchObject({ name: "ci", revokedMs: 3000 });
        expect(await store.tokens.find(secret, 3000)).toBeUndefined();
        expect(await store.tokens.revoke("ci", 3001)).toBeUndefined();
        const again = await createToken("ci", { nowMs: 4000 });
        expect(await store.tokens.find(again.secret, 4000)).toEqual(again.token);
        expect(await store.tokens.find(secret, 4000)).toBeUndefined();
        expect((await store.tokens.list()).map(({ revokedMs }) => revokedMs)).toEqual([undefined, 3000]);
      });

      test("a token ends when it expires", async () => {
        const { secret } = await createToken("guest", { expiresMs: 1000 + DAY_MS });
        expect(await store.tokens.find(secret, 999 + DAY_MS)).toBeDefined();
        expect(await store.tokens.find(secret, 1000 + DAY_MS)).toBeUndefined();
        expect(await store.tokens.revoke("guest", 1000 + DAY_MS)).toBeUndefined();
      });

      test("its last use is kept", async () => {
        const { token } = await createToken("ci");
        await store.tokens.used(token.id, 5000);
        expect((await store.tokens.list())[0]?.lastUsedMs).toBe(5000);
      });

      test("what happened to tokens is audited with it", async () => {
        const audit = entry({ action: "token.create", subject: "token ci" });
        await store.tokens.create({ name: "ci", role: "viewer", by: "admin", nowMs: 1, audit });
        // Nothing was made, so nothing is told.
        await store.tokens.create({ name: "ci", role: "viewer", by: "admin", nowMs: 1, audit });
        await store.tokens.revoke("ci", 2, entry({ action: "token.revoke" }));
        await store.tokens.revoke("ci", 2, entry({ action: "token.revoke" }));
        const actions = (await store.audit.list({ limit: 9 })).map(({ action }) => action);
        expect(actions).toEqual(["token.revoke", "token.create"]);
      });
    });

    describe("sessions", () => {
      test("a session is open from its begin until it ends or expires", async () => {
        expect(await store.sessions.find("s1", 1000)).toBeUndefined();
        await store.sessions.begin(session("s1"), undefined);
        expect(await store.sessions.find("s1", 1999)).toEqual(session("s1"));
        expect(await store.sessions.find("s1", 2000)).toBeUndefined();
        expect(await store.sessions.end("s1")).toBe(true);
        expect(await store.sessions.end("s1")).toBe(false);
        expect(await store.sessions.find("s1", 1000)).toBeUndefined();
      });

      test("a session ends the one that it replaces, and no other", async () => {
        await store.sessions.begin(session("s1"), undefined);
        await store.sessions.begin(session("s2"), undefined);
        await store.sessions.begin(session("s3"), "s1");
        const open = await Promise.all(["s1", "s2", "s3"].map((id) => store.sessions.find(id, 1000)));
        expect(open.map((found) => found?.id)).toEqual([undefined, "s2", "s3"]);
      });

      test("a session ends with its token", async () => {
        const made = await store.tokens.create({
          name: "ed",
          role: "editor",
          by: "admin",
          nowMs: 1,
          expiresMs: 1500,
        });
        if (made.kind !== "created") throw new Error("the name is taken");
        await store.sessions.begin(session("s1", made.token.id), undefined);
        expect(await store.sessions.find("s1", 1499)).toBeDefined();
        expect(await store.sessions.find("s1", 1500)).toBeUndefined();
        await store.tokens.revoke("ed", 1200);
        expect(await store.sessions.find("s1", 1200)).toBeUndefined();
      });
    });

    describe("suspects", () => {
      test("a new list replaces the old one; who stays keeps since when, and their id", async () => {
        expect([await store.suspects.version(), await store.suspects.list()]).toEqual([0, []]);
        const first = [suspect("aa", { user: "ann" }), suspect("bb")];
        expect(await store.suspects.replace(first, 1000)).toEqual({ added: 2, renewed: 0, cleared: 0 });
        const second = [suspect("cc"), suspect("aa", { expiresMs: 9500, why: null })];
        expect(await store.suspects.replace(second, 2000)).toEqual({ added: 1, renewed: 1, cleared: 1 });
        expect(await store.suspects.list()).toEqual([
          { hash: "aa", user: "ann", why: null, listedMs: 1000, expiresMs: 9500 },
          { hash: "cc", user: null, why: '{"score":3}', listedMs: 2000, expiresMs: 9000 },
        ]);
        expect(await store.suspects.version()).toBe(2);
      });

      test("only who was listed is cleared, and that is audited with it", async () => {
        await store.suspects.replace([suspect("aa"), suspect("bb")], 1000);
        expect(await store.suspects.clear(["nobody"], 1500, entryOf)).toEqual([]);
        expect(await store.suspects.version()).toBe(1);
        expect(await store.suspects.clear(["bb", "nobody", "bb"], 2000, entryOf)).toEqual(["bb"]);
        expect(await store.suspects.version()).toBe(2);
        expect(await store.suspects.list()).toMatchObject([{ hash: "aa" }]);
        expect((await store.audit.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(["bb"]);
      });
    });

    describe("dead letters", () => {
      test("are listed by their arrival, and wait until they are replayed", async () => {
        const [late, early, done] = [letter("b", 2), letter("a", 1), letter("c", 1, 5)];
        for (const one of [late, early, done]) keepLetter(one);
        expect(await store.deadLetters.list(false)).toEqual([early, done, late]);
        expect(await store.deadLetters.list(true)).toEqual([early, late]);
        expect(await store.deadLetters.countWaiting()).toBe(2);
        expect(await store.deadLetters.byId("c")).toEqual(done);
        expect(await store.deadLetters.byId("x")).toBeUndefined();
      });

      test("are dropped for good, with an entry of the audit log for those that there were", async () => {
        for (const id of ["a", "b", "c"]) keepLetter(letter(id, 1));
        expect(await store.deadLetters.drop(["x"], entryOf)).toEqual([]);
        expect(await store.deadLetters.drop(["c", "x", "a", "a"], entryOf)).toEqual(["c", "a"]);
        expect((await store.deadLetters.list(false)).map(({ id }) => id)).toEqual(["b"]);
        expect((await store.audit.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(["c,a"]);
      });

      test("stay where their entry can't be written", async () => {
        keepLetter(letter("a", 1));
        const failing = store.deadLetters.drop(["a"], () => {
          throw new Error("no entry");
        });
        await expect(failing).rejects.toThrow("no entry");
        expect(await store.deadLetters.countWaiting()).toBe(1);
      });
    });

    describe("drafts", () => {
      test("waiting drafts come first, by their start, and are due when it has come", async () => {
        const late = await addDraft("late", 200);
        const early = await addDraft("early", 100);
        expect((await store.drafts.list(9)).map(({ id }) => id)).toEqual([early, late]);
        expect(await store.drafts.due(99)).toEqual([]);
        expect((await store.drafts.due(100)).map(({ id }) => id)).toEqual([early]);
        expect(await store.drafts.byId(early)).toEqual({
          id: early,
          pins: pinsOf("early"),
          startMs: 100,
          baseVersion: 3,
          by: "ed",
          note: "later",
          createdMs: 1,
          state: "waiting",
          outcome: undefined,
        });
      });

      test("a draft ends once", async () => {
        const id = await addDraft("a", 100);
        const cancel = () =>
          store.drafts.settle(id, "cancelled", undefined, entry({ action: "pins.cancel" }));
        expect(await cancel()).toBe(true);
        expect(await cancel()).toBe(false);
        expect(await store.drafts.settle(id, "published", "version 4")).toBe(false);
        expect(await store.drafts.due(1000)).toEqual([]);
        expect(await store.drafts.byId(id)).toMatchObject({ state: "cancelled", outcome: undefined });
        expect(await store.audit.list({ limit: 9 })).toHaveLength(1);
      });
    });
  });
}
