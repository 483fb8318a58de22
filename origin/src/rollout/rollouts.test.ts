import { describe, expect, test } from "vitest";
import type { ServingRecord } from "@spillway/shared/protocol/serving-log.ts";
import { armOf } from "@spillway/shared/routing/rollout/rollout.ts";
import { DEFAULT_GUARDS, type Guard } from "@spillway/shared/routing/rollout/guards.ts";
import { parseRouting, type Routing } from "@spillway/shared/routing/routing.ts";
import type { NewAuditEntry } from "@spillway/store/operators/audit-log.ts";
import { currentRouting, listRouting } from "@spillway/store/operators/routing.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import type { Rollouts } from "./rollouts.ts";
import { testRollouts } from "../../test/test-rollouts.ts";

const MINUTE_MS = 60_000;
const BEGUN_MS = Date.parse("2027-01-15T12:00:10Z");
const HOLDS_MS = Date.parse("2027-01-15T12:02:00Z");
const BANDS = [{ name: "all day", from: "00:00", threshold_per_s: 100 }];

function routingOf(rules: readonly object[]): Routing {
  const parsed = parseRouting({ time_zone: "UTC", bands: BANDS, rules });
  if (!parsed.ok) throw new Error("no routing");
  return parsed.routing;
}

const BAD = routingOf([{ when: { team: "*" }, then: "generic" }]);

/** An origin with a rollout of 25 % and 100 % on, whose clock the test moves. */
async function setUp() {
  let nowMs = BEGUN_MS;
  const world = { isOver: false, isKvAway: false };
  const database = openForTest();
  const store = sqliteOperatorStore(database);
  const published: (string | undefined)[] = [];
  const applied: number[] = [];
  const ends: string[] = [];
  const listeners: (() => void)[] = [];
  await store.routing.put({ value: { routing: routingOf([]), source: "# old" }, nowMs });
  let rollouts: Rollouts;
  const open = (): Rollouts =>
    (rollouts = testRollouts(store, () => nowMs, {
      load: () => ({ isOver: world.isOver, mode: "auto" }),
      publish: () => {
        for (const listen of listeners) listen();
        if (!world.isKvAway) published.push(JSON.stringify(rollouts.published()));
        return Promise.resolve({ published: !world.isKvAway });
      },
      held: () =>
        world.isKvAway
          ? Promise.reject(new Error("away"))
          : Promise.resolve(JSON.parse(published.at(-1) ?? "null") ?? undefined),
      apply: ({ version }) => Promise.resolve(void applied.push(version)),
      onEnd: (how) => void ends.push(how),
    }));
  open();
  const begin = (guards: readonly Guard[] = DEFAULT_GUARDS) =>
    rollouts.begin({
      candidate: { routing: BAD, source: "# bad" },
      shares: [0.25, 1],
      everyMs: 5 * MINUTE_MS,
      guards,
      note: "final",
      by: "ada",
      expectedVersion: 1,
    });
  const tickUntil = async (untilMs: number, each: () => void = () => undefined): Promise<void> => {
    for (; nowMs <= untilMs; nowMs += 1000) {
      each();
      await rollouts.tick();
    }
  };
  return {
    world,
    database,
    store,
    published,
    applied,
    ends,
    begin,
    tickUntil,
    rollouts: () => rollouts,
    now: () => nowMs,
    at: (ms: number) => (nowMs = ms),
    onPublish: (listen: () => void) => void listeners.push(listen),
    restart: async () => open().resume(currentRouting(database)?.version ?? 0),
  };
}

/** What `users` are served in this minute; `bad` says who of the candidate's arm gets everybody's page. */
function served(nowMs: number, users: number, bad: boolean): ServingRecord[] {
  return Array.from({ length: users }, (_, user): ServingRecord => {
    const isCandidate = armOf("r2", `u${user}`, 0.25) === "candidate";
    return {
      user: Math.imul(user + 1, 0x9e3779b1)
        .toString(16)
        .replace("-", "f")
        .padStart(8, "0")
        .padEnd(16, "0"),
      minute: Math.floor(nowMs / MINUTE_MS),
      context: "homepage",
      as: isCandidate && bad ? "generic" : "individual",
      reason: isCandidate && bad ? "rule" : "admitted",
      cluster: "c",
      country: "ES",
      network: "",
      agent: "browser",
      calls: 1,
      version: isCandidate ? 2 : 1,
      slow: 0,
    };
  });
}

const entry = (): NewAuditEntry => ({
  atMs: 1,
  by: "ada",
  role: "operator",
  via: "token",
  address: undefined,
  action: "rollout.abort",
  subject: "rollout r2",
});

test("a candidate has a number of its own, and is no version in force until everybody obeys it", async () => {
  const { begin, database, published, rollouts, tickUntil, now, applied, ends } = await setUp();
  expect(await begin()).toMatchObject({ kind: "done", rollout: { id: "r2", versions: { candidate: 2 } } });
  expect(currentRouting(database)?.version).toBe(1);
  expect(JSON.parse(published[0] ?? "")).toMatchObject({
    id: "r2",
    candidate: { version: 2 },
    stages: [{ share: 0.25, holdsFromMs: HOLDS_MS }],
    slowMs: 1000,
  });
  const feed = (): void => rollouts().served(served(now(), 4000, false));
  await tickUntil(HOLDS_MS - 2000);
  expect(rollouts().share()).toBe(0);
  let fed = 0;
  await tickUntil(HOLDS_MS + 4 * MINUTE_MS, () => {
    if (now() - fed >= 30_000) {
      feed();
      fed = now();
    }
  });
  expect(rollouts().published()?.stages).toHaveLength(2);
  await tickUntil(HOLDS_MS + 6 * MINUTE_MS);
  expect(currentRouting(database)).toMatchObject({ version: 2, source: "# bad", note: "final", by: "ada" });
  expect([applied, ends, rollouts().published(), rollouts().abortedId()]).toEqual([
    [2],
    ["completed"],
    undefined,
    undefined,
  ]);
});

test("a bad candidate is aborted by what the arms were served, and edges are told", async () => {
  const { begin, rollouts, tickUntil, now, database, published, store } = await setUp();
  await begin();
  await tickUntil(HOLDS_MS + 20_000);
  expect(rollouts().abortedId()).toBeUndefined();
  rollouts().served(served(now(), 150, true));
  await rollouts().tick();
  expect(rollouts().abortedId()).toBe("r2");
  expect(rollouts().view()?.rollout.end).toMatchObject({
    how: "aborted",
    reason: expect.stringContaining('the guard "generic share < 5%" is breached: 100 % with the candidate'),
  });
  expect(published.at(-1)).toBeUndefined();
  expect(listRouting(database, 9).map(({ version }) => version)).toEqual([1]);
  expect(await store.audit.list({ limit: 9 })).toMatchObject([
    { action: "rollout.abort", by: "origin", via: "origin", subject: "rollout r2" },
  ]);
  // The next routing is no namesake of the aborted one.
  const put = await store.routing.put({ value: { routing: BAD, source: "" }, nowMs: 1 });
  expect(put).toEqual({ kind: "stored", version: 3 });
});

describe("after a restart of the origin", () => {
  test("the very same stages are published", async () => {
    const { begin, rollouts, tickUntil, restart } = await setUp();
    await begin();
    await tickUntil(HOLDS_MS + 30_000);
    const before = rollouts().published();
    await restart();
    await rollouts().tick();
    expect(rollouts().published()).toEqual(before);
  });

  test("a stage goes on with what it had shown", async () => {
    const { begin, rollouts, tickUntil, now, restart } = await setUp();
    await begin([{ name: "generic share", limit: 0.05 }]);
    await tickUntil(HOLDS_MS + 3 * MINUTE_MS);
    rollouts().served(served(now(), 2000, false));
    await tickUntil(now() + 5000);
    const before = rollouts().view()?.judged;
    expect(before).toMatchObject([{ state: "holds" }]);
    await restart();
    await rollouts().tick();
    expect(rollouts().view()?.judged).toEqual(before);
    // A calm minute is asked for anew, and then nothing is in the way.
    await tickUntil(now() + 50_000);
    expect(rollouts().published()?.stages).toHaveLength(1);
    await tickUntil(now() + 15_000);
    expect(rollouts().published()?.stages).toHaveLength(2);
  });

  test("a bad candidate is found out by what was seen before and after together", async () => {
    const { begin, rollouts, tickUntil, now, restart } = await setUp();
    await begin([{ name: "generic share", limit: 0.05 }]);
    await tickUntil(HOLDS_MS + 10_000);
    const seen = served(now(), 30, true);
    const half = seen.length / 2;
    rollouts().served(seen.slice(0, half));
    await tickUntil(now() + 5000);
    await restart();
    await tickUntil(now() + 5000);
    expect(rollouts().abortedId()).toBeUndefined();
    rollouts().served(seen.slice(half));
    await rollouts().tick();
    expect(rollouts().abortedId()).toBe("r2");
    const alone = await setUp();
    await alone.begin([{ name: "generic share", limit: 0.05 }]);
    await alone.tickUntil(HOLDS_MS + 10_000);
    alone.rollouts().served(seen.slice(half));
    await alone.rollouts().tick();
    expect(alone.rollouts().abortedId()).toBeUndefined();
  });

  test("an abort stays and is told, whenever the process had ended", async () => {
    const { begin, rollouts, tickUntil, restart, store } = await setUp();
    await begin();
    await tickUntil(HOLDS_MS + MINUTE_MS);
    await rollouts().abort("by ada", entry);
    await restart();
    expect(rollouts().abortedId()).toBe("r2");
    expect(rollouts().published()).toBeUndefined();
    await tickUntil(HOLDS_MS + 5 * MINUTE_MS);
    expect((await store.audit.list({ limit: 9 })).map(({ action }) => action)).toEqual(["rollout.abort"]);
  });

  test("a stage that KV had taken keeps its time, though nobody had noted that", async () => {
    const { begin, rollouts, restart, at, tickUntil, store, world } = await setUp();
    await begin();
    const stored = await store.rollouts.latest();
    if (stored === undefined) throw new Error("none is on");
    await store.rollouts.put({ ...stored, confirmed: 0 });
    at(HOLDS_MS - 30_000);
    await restart();
    await tickUntil(HOLDS_MS);
    expect(rollouts().share()).toBe(0.25);
    // Where KV says nothing, nobody knows of the stage.
    await store.rollouts.put({ ...stored, confirmed: 0 });
    at(HOLDS_MS - 30_000);
    world.isKvAway = true;
    await restart();
    await tickUntil(HOLDS_MS);
    expect(rollouts().share()).toBe(0);
  });

  test("a routing that was pushed meanwhile has ended it", async () => {
    const { begin, rollouts, restart, store } = await setUp();
    await begin();
    await store.routing.put({ value: { routing: BAD, source: "" }, nowMs: 1 });
    await restart();
    expect(rollouts().view()?.rollout.end?.how).toBe("superseded");
    expect(rollouts().abortedId()).toBe("r2");
  });
});

describe("an end", () => {
  test("is stored before anybody is told", async () => {
    const { begin, rollouts, tickUntil, store, onPublish } = await setUp();
    await begin();
    await tickUntil(HOLDS_MS);
    const told: unknown[] = [];
    onPublish(() => void store.rollouts.latest().then((latest) => told.push(latest?.end?.how)));
    await rollouts().abort("by ada", entry);
    await Promise.resolve();
    expect(told).toEqual(["aborted"]);
  });

  test("is told while nothing can be stored, and is stored later, once", async () => {
    const { begin, rollouts, tickUntil, store, database, now } = await setUp();
    await begin();
    await tickUntil(HOLDS_MS);
    database.sqlite.exec("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(FAIL, 'full'); END");
    await rollouts().abort("by ada", entry);
    expect(rollouts().abortedId()).toBe("r2");
    expect((await store.rollouts.latest())?.end).toBeUndefined();
    database.sqlite.exec("DROP TRIGGER full");
    await tickUntil(now() + 5000);
    expect((await store.rollouts.latest())?.end?.how).toBe("aborted");
    expect(await store.audit.list({ limit: 9 })).toHaveLength(1);
  });
});

test("a stage that KV did not hold in time is announced for later", async () => {
  const { begin, world, rollouts, at, tickUntil, now } = await setUp();
  world.isKvAway = true;
  await begin();
  at(HOLDS_MS - 80_000);
  await rollouts().tick();
  const [stage] = rollouts().published()?.stages ?? [];
  expect((stage?.holdsFromMs ?? 0) - now()).toBeGreaterThanOrEqual(90_000);
  await tickUntil(HOLDS_MS + 5 * MINUTE_MS);
  expect(rollouts().share()).toBe(0);
  world.isKvAway = false;
  await rollouts().tick();
  const [later] = rollouts().published()?.stages ?? [];
  await tickUntil((later?.holdsFromMs ?? 0) + 1000);
  expect(rollouts().share()).toBe(0.25);
});

test("over the threshold it stays where it is", async () => {
  const { begin, world, rollouts, tickUntil, now } = await setUp();
  await begin();
  await tickUntil(HOLDS_MS + 1000);
  world.isOver = true;
  await tickUntil(HOLDS_MS + 20 * MINUTE_MS, () => {
    if (now() % 30_000 < 1000) rollouts().served(served(now(), 100, false));
  });
  expect(rollouts().view()?.wait).toEqual({ why: "over-threshold" });
  rollouts().served(served(now(), 4000, false));
  world.isOver = false;
  await tickUntil(now() + 61_000, () => rollouts().served(served(now(), 100, false)));
  expect(rollouts().published()?.stages).toHaveLength(2);
});

test("an operator may promote and abort, and is told when there is nothing to", async () => {
  const { begin, rollouts, tickUntil } = await setUp();
  expect(await rollouts().abort("x", entry)).toEqual({ kind: "refused", reason: "no rollout is on" });
  await begin();
  expect(await begin()).toMatchObject({ kind: "refused", reason: "rollout r2 is on: abort it first" });
  expect(await rollouts().promote(entry)).toMatchObject({ kind: "refused" });
  await tickUntil(HOLDS_MS);
  expect(await rollouts().promote(entry)).toMatchObject({
    kind: "done",
    rollout: { stages: [{}, { share: 1 }] },
  });
  expect(await rollouts().promote(entry)).toMatchObject({ kind: "refused" });
  expect(await rollouts().abort("by ada: no", entry)).toMatchObject({
    rollout: { end: { how: "aborted", reason: "by ada: no" } },
  });
});

test("what users do counts for the arm that they are in, from when a stage holds", async () => {
  const { begin, rollouts, tickUntil } = await setUp();
  await begin([{ name: "plays per impression", limit: 0.9 }]);
  rollouts().did([{ user: "u1", type: "play" }]);
  await tickUntil(HOLDS_MS);
  const users = Array.from({ length: 200 }, (_, at) => `u${at}`);
  const candidates = users.filter((user) => armOf("r2", user, 0.25) === "candidate");
  rollouts().did(users.map((user) => ({ user, type: "impression" as const })));
  rollouts().did(candidates.map((user) => ({ user, type: "play" as const })));
  expect(rollouts().view()?.judged).toMatchObject([
    {
      figures: { candidate: 1, current: 0 },
      users: { candidate: candidates.length, current: 200 - candidates.length },
    },
  ]);
});
