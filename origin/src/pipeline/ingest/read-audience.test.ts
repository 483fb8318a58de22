import { NO_SIGNALS, type Signals } from "@spillway/shared/signals/signals.ts";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { Audience } from "@spillway/model/clusters/audience.ts";
import {
  packHistory,
  PLAY_WEIGHT,
  unpackHistory,
  type HistoryEntry,
} from "@spillway/model/profile/history.ts";
import { depthOf, recencyOf, traitsOf } from "@spillway/model/profile/profile-signals.ts";
import { historyOf } from "@spillway/model/profile/histories.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { historyVector } from "@spillway/model/profile/history-vector.ts";
import type { Database } from "@spillway/store/database.ts";
import { parseSignals } from "@spillway/store/profiles/parse-signals.ts";
import { putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { createPool, inlinePool } from "@spillway/model/workers/pool.ts";
import { readAudience } from "./read-audience.ts";

const NOW_MS = Date.parse("2026-07-10T18:00:00Z");
const DAY_MS = 24 * 3600 * 1000;

/** Seqs are 1, 3, 5 …, so that a test fails which takes rows for seqs. */
const CATALOGUE = Array.from({ length: 40 }, (_, row): CatalogueEntry => ({
  seq: 2 * row + 1,
  item: {
    id: `i${row}`,
    title: `Title ${row}`,
    kind: "movie",
    genres: [],
    teams: [],
    takenDown: false,
    ...(row % 3 > 0 && { publishedAt: new Date(NOW_MS - row * DAY_MS).toISOString() }),
  },
}));
const ROW_OF = new Map(CATALOGUE.map(({ seq }, row) => [seq, row]));

function profile(user: string, history: Uint8Array, signals?: Partial<Signals>, visits = 1): ProfileRow {
  const json = signals === undefined ? null : JSON.stringify({ ...NO_SIGNALS, ...signals });
  return { user, history, signals: json, visits, source: "import", updatedMs: 0 };
}

function memory(rows: readonly ProfileRow[]): Database {
  const database = openForTest(":memory:");
  putProfiles(database, rows);
  return database;
}

function read(database: Database): Promise<Audience> {
  return readAudience({ database, catalogue: CATALOGUE, contentNowMs: NOW_MS, pool: inlinePool });
}

/** One user's signals and visits, as values and not as codes. */
function signalsOf({ signals, visits }: Audience, user: number) {
  const values = Object.entries(signals).map(([name, { codes, values: known }]) => [
    name,
    known[codes[user]!],
  ]);
  return { ...(Object.fromEntries(values) as Omit<Signals, "affinity">), visits: visits[user] };
}

const entries: fc.Arbitrary<HistoryEntry[]> = fc.uniqueArray(
  fc.record({
    item: fc.integer({ min: 0, max: 100 }),
    weight: fc.float({ min: Math.fround(0.01), max: 3, noNaN: true }),
    timeMs: fc.integer({ min: 0, max: 400 }).map((days) => (days === 0 ? 0 : NOW_MS - days * DAY_MS)),
  }),
  { selector: ({ item }) => item, maxLength: 60 },
);

test("reads what historyVector, recencyOf and depthOf make of the same history, plays first", async () => {
  const traits = new Map(CATALOGUE.map(({ seq, item }) => [seq, traitsOf(item)]));
  await fc.assert(
    fc.asyncProperty(fc.array(entries, { minLength: 1, maxLength: 5 }), async (histories) => {
      const database = memory(histories.map((history, user) => profile(`u${user}`, packHistory(history))));
      const audience = await read(database);
      database.close();
      histories.forEach((_, user) => {
        const history = unpackHistory(packHistory(histories[user]!));
        const plays = history.filter(({ weight }) => weight >= PLAY_WEIGHT);
        const others = history.filter(({ weight }) => weight < PLAY_WEIGHT);
        const expected = historyVector([...plays, ...others], { rowOf: (seq) => ROW_OF.get(seq) }, NOW_MS);
        const x = historyOf(audience.histories, user);
        expect([...x.rows]).toEqual([...expected.rows]);
        x.values.forEach((value, at) => expect(value).toBeCloseTo(expected.values[at]!, 6));
        const { starts, playEnds } = audience.histories;
        expect(playEnds[user]! - starts[user]!).toBe(plays.filter(({ item }) => ROW_OF.has(item)).length);
        expect(signalsOf(audience, user)).toMatchObject({
          recency: recencyOf(history, (seq) => traits.get(seq)),
          depth: depthOf(history, NOW_MS),
        });
      });
    }),
    { numRuns: 60 },
  );
});

test("reads signals as stored; absent, outdated or torn ones are those of a request that tells nothing", async () => {
  const one = packHistory([{ item: 1, weight: 1, timeMs: 0 }]);
  const database = memory([
    profile("known", one, { team: "ESP", entry: "social", campaign: "qf", depth: "deep" }, 70),
    { ...profile("none", one), visits: 0 },
    { ...profile("old", one), signals: JSON.stringify({ ...NO_SIGNALS, entry: "telegram", team: "BEL" }) },
    { ...profile("torn", one), signals: '{"team":"FR' },
  ]);
  const audience = await read(database);
  const nothing = {
    team: "none",
    entry: "direct",
    campaign: "none",
    device: "other",
    depth: "casual",
    visits: 1,
  };
  expect(signalsOf(audience, 0)).toMatchObject({
    team: "ESP",
    entry: "social",
    campaign: "qf",
    depth: "casual",
    visits: 20,
  });
  for (const user of [1, 2, 3]) expect(signalsOf(audience, user)).toMatchObject(nothing);
  expect(audience.signals.team.values).toEqual(["none", "ESP"]);
});

test("reads from the bytes of stored signals what parsing them gives, also where a byte is another one", async () => {
  const value = fc.constantFrom("none", "ESP", "a-b_9", "", "é", '"', "\\");
  const stored = fc
    .record({
      signals: fc.record({ team: value, campaign: value, event: value, region: value }),
      reversed: fc.boolean(),
      texts: fc.boolean(),
      mutation: fc.option(fc.record({ at: fc.nat(200), to: fc.constantFrom("x", '"', ",", "}") })),
    })
    .map(({ signals, reversed, texts, mutation }) => {
      const all = { ...NO_SIGNALS, ...signals, ...(texts && { texts: { campaign: { text: "Ünder" } } }) };
      const json = JSON.stringify(reversed ? Object.fromEntries(Object.entries(all).toReversed()) : all);
      return mutation === null
        ? json
        : json.slice(0, mutation.at) + mutation.to + json.slice(mutation.at + 1);
    });
  await fc.assert(
    fc.asyncProperty(fc.array(stored, { minLength: 1, maxLength: 40 }), async (texts) => {
      const rows = texts.map((signals, at) => ({ ...profile(`u${at}`, Buffer.alloc(0)), signals }));
      const database = memory(rows);
      const audience = await read(database);
      database.close();
      texts.forEach((json, user) => {
        const { affinity: _, texts: __, ...expected } = parseSignals(json) ?? NO_SIGNALS;
        expect(signalsOf(audience, user)).toEqual({ ...expected, depth: "new", recency: "none", visits: 1 });
      });
    }),
    { numRuns: 25 },
  );
});

test("leaves out weights that are no positive number, unknown items and torn ends; merges an item's two entries", async () => {
  const packed = packHistory([
    { item: 1, weight: Number.NaN, timeMs: 0 },
    { item: 3, weight: Infinity, timeMs: 0 },
    { item: 5, weight: -1, timeMs: 0 },
    { item: 2, weight: 1, timeMs: 0 },
    { item: 4_294_967_295, weight: 1, timeMs: 0 },
    { item: 7, weight: 0.3, timeMs: NOW_MS - 30 * DAY_MS },
    { item: 7, weight: 1, timeMs: NOW_MS - 60 * DAY_MS },
    { item: 9, weight: 0.5, timeMs: NOW_MS + DAY_MS },
  ]);
  const database = memory([
    profile("odd", Buffer.concat([packed, Buffer.from([1, 2, 3, 4, 5])])),
    profile("empty", Buffer.alloc(0)),
    profile("nothing known", packHistory([{ item: 2, weight: 1, timeMs: 0 }])),
  ]);
  const audience = await read(database);
  const x = historyOf(audience.histories, 0);
  // Item 7 with its greater weight and later time is worth 1/2, as much as half a play of item 9 now.
  expect([...x.rows]).toEqual([4, 3]);
  expect([...x.values]).toEqual(
    [Math.SQRT1_2, Math.SQRT1_2].map((value) => expect.closeTo(value, 6) as number),
  );
  for (const user of [1, 2]) expect(historyOf(audience.histories, user).rows).toHaveLength(0);
  expect(signalsOf(audience, 1)).toMatchObject({ depth: "new", recency: "none" });
  // Plays of a title that has left the catalogue count for the depth too.
  expect(signalsOf(audience, 2)).toMatchObject({ depth: "casual" });
});

test("a hidden title teaches nothing, and an unfinished one what its weight says", async () => {
  const plays = [
    { item: 1, weight: 1, timeMs: 0 },
    { item: 3, weight: 0.5, timeMs: 0 },
  ];
  const database = memory([
    profile("finished", packHistory(plays)),
    profile(
      "left",
      packHistory(
        plays.map((play) => ({ ...play, progress: 0.4 })),
        [{ item: 5, timeMs: NOW_MS }],
      ),
    ),
    profile("hides", packHistory([], [{ item: 5, timeMs: NOW_MS }])),
  ]);
  const { histories } = await read(database);
  expect([...historyOf(histories, 1).rows]).toEqual([...historyOf(histories, 0).rows]);
  expect([...historyOf(histories, 1).values]).toEqual([...historyOf(histories, 0).values]);
  expect(historyOf(histories, 2).rows).toHaveLength(0);
});

test("keeps the proportions of a history that is decades old", async () => {
  const timeMs = 1000 * DAY_MS;
  const database = memory([
    profile(
      "old",
      packHistory([
        { item: 1, weight: 1, timeMs },
        { item: 3, weight: 1, timeMs: timeMs + DAY_MS },
      ]),
    ),
  ]);
  const { values } = historyOf((await read(database)).histories, 0);
  expect(Math.hypot(...values)).toBeCloseTo(1, 6);
  expect(values[1]! / values[0]!).toBeCloseTo(2 ** (-1 / 30), 6);
});

test("an audience of nobody is empty, and a catalogue of nothing leaves people without history", async () => {
  const nobody = await read(memory([]));
  expect(nobody.histories.starts).toEqual(new Uint32Array(1));
  expect(nobody.signals.device).toEqual({ codes: new Uint32Array(0), values: ["other"] });
  const database = memory([profile("u", packHistory([{ item: 1, weight: 1, timeMs: 0 }]))]);
  const audience = await readAudience({ database, catalogue: [], contentNowMs: NOW_MS, pool: inlinePool });
  expect([...audience.histories.starts]).toEqual([0, 0]);
});

test("is the same whatever the number of threads, in the order of arrival", async () => {
  const database = openForTest();
  const users = 300;
  putProfiles(
    database,
    Array.from({ length: users }, (_, user) =>
      profile(
        `u${(user * 7919) % 1000}`,
        packHistory(
          Array.from({ length: user % 5 }, (__, at) => ({
            item: (user + 2 * at) % 90,
            weight: 1,
            timeMs: 0,
          })),
        ),
        { team: `T${(user * 31) % 17}` },
        1 + (user % 9),
      ),
    ),
  );
  // The first users stand last in the table, and there is a gap, as after the demo was deleted.
  database.sqlite.exec(
    "UPDATE profiles SET rowid = rowid + 200000 WHERE rowid <= 40; DELETE FROM profiles WHERE rowid = 41",
  );
  const pool = createPool(2);
  onTestFinished(() => pool.close());
  const options = { database, catalogue: CATALOGUE, contentNowMs: NOW_MS };
  const progress: string[] = [];
  const onProgress = (done: number, total: number): void => void progress.push(`${done}/${total}`);
  const parallel = await readAudience({ ...options, pool, onProgress });
  expect(progress).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  expect(parallel).toEqual(await readAudience({ ...options, pool: inlinePool }));
  expect(parallel.visits).toHaveLength(users - 1);
  expect(signalsOf(parallel, 0)).toMatchObject({ team: `T${(41 * 31) % 17}`, visits: 1 + (41 % 9) });
  expect(signalsOf(parallel, users - 2)).toMatchObject({ team: `T${(39 * 31) % 17}` });
  expect(parallel.signals.team.values).toEqual([
    "none",
    ...Array.from({ length: 17 }, (_, at) => `T${at}`).toSorted(),
  ]);
});

test("holds out the last day's plays of one user in twenty, the same users each time, and never all plays", async () => {
  const database = memory(
    Array.from({ length: 2000 }, (_, user) => {
      const plays = [
        { item: 1 + 2 * (user % 20), weight: 1, timeMs: NOW_MS - DAY_MS / 2 },
        { item: 41 + 2 * (user % 7), weight: 1, timeMs: NOW_MS - DAY_MS / 3 },
        { item: 61, weight: 1, timeMs: NOW_MS - (5 + user) * DAY_MS },
      ];
      return profile(`u${user}`, packHistory(user % 2 === 0 ? plays : plays.slice(0, 2)));
    }),
  );
  const audience = await read(database);
  const { heldOut = new Uint16Array(0), histories } = audience;
  const held = Array.from(heldOut, (count, user) => ({ count, user })).filter(({ count }) => count > 0);
  expect(held.length).toBeGreaterThan(25);
  expect(held.length).toBeLessThan(80);
  for (const { count, user } of held) {
    expect(count).toBe(2);
    expect(user % 2).toBe(0);
    expect(ROW_OF.get(61)).toBe(histories.rows[histories.starts[user]! + 2]);
  }
  // Another play of today, and the hour is another: it is the same users.
  const later = await readAudience({
    database,
    catalogue: CATALOGUE,
    contentNowMs: NOW_MS + DAY_MS / 4,
    pool: inlinePool,
  });
  expect(later.heldOut).toEqual(heldOut);
  database.close();
});
