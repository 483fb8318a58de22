/**
 * The demo's audience, divided: those who are learned from, and visitors of whom only the request is known.
 */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import { demoAudience, type DemoUser } from "@spillway/demo/audience.ts";
import { DEMO_NOW_MS, demoCatalogue } from "@spillway/demo/catalogue.ts";
import { readAudience } from "@spillway/origin/pipeline/ingest/read-audience.ts";
import { packHistory, PLAY_WEIGHT } from "@spillway/model/profile/history.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { inlinePool } from "@spillway/model/workers/pool.ts";
import type { Signals } from "@spillway/shared/signals/signals.ts";

/** `pnpm start` generates its demo from the same seed. */
const DEMO_SEED = 2026;
/** Every fifth user is a test user, as in the protocol of the warm table. */
const TEST_STRIDE = 5;

export type ColdVisitor = {
  /** What the request alone tells: affinity, recency and depth are not known. */
  readonly signals: Signals;
  /**
   * Rows of the catalogue that they play in the session that is held out, of what is available; not empty.
   */
  readonly wanted: ReadonlySet<number>;
};

export type ColdData = {
  readonly catalogue: readonly CatalogueEntry[];
  /** The row of the catalogue is the index. */
  readonly available: readonly boolean[];
  /** Everybody but the test users. */
  readonly audience: Audience;
  readonly visitors: readonly ColdVisitor[];
};

/** Uses a store in memory, so that the audience is read as a refresh cycle reads it. */
export async function divideDemo(users: number): Promise<ColdData> {
  const items = demoCatalogue(DEMO_NOW_MS);
  const everybody = [...demoAudience({ seed: DEMO_SEED, users, items, nowMs: DEMO_NOW_MS })];
  const database = openDatabase(":memory:");
  try {
    upsertItems(database, items, "demo", DEMO_NOW_MS);
    const catalogue = allItems(database);
    const rows = new Map(catalogue.map(({ item }, row) => [item.id, row]));
    const seqs = new Map(catalogue.map(({ seq, item }) => [item.id, seq]));
    putProfiles(
      database,
      everybody.filter((_, at) => !isTest(at)).map((user) => toProfileRow(user, seqs)),
    );
    const available = catalogue.map(({ item }) => isAvailable(item, DEMO_NOW_MS));
    return {
      catalogue,
      available,
      audience: await readAudience({ database, catalogue, contentNowMs: DEMO_NOW_MS, pool: inlinePool }),
      visitors: everybody
        .filter((_, at) => isTest(at))
        .map((user) => toVisitor(user, rows, available))
        .filter(({ wanted }) => wanted.size > 0),
    };
  } finally {
    database.close();
  }
}

function isTest(position: number): boolean {
  return position % TEST_STRIDE === 0;
}

function toProfileRow(
  { user, plays, signals, visits }: DemoUser,
  seqs: ReadonlyMap<string, number>,
): ProfileRow {
  const history = plays.map(({ item, weight, timeMs }) => ({ item: seqs.get(item) ?? 0, weight, timeMs }));
  return {
    user,
    history: packHistory(history),
    signals: JSON.stringify(signals),
    visits,
    source: "demo",
    updatedMs: 0,
  };
}

function toVisitor(
  { plays, signals }: DemoUser,
  rows: ReadonlyMap<string, number>,
  available: readonly boolean[],
): ColdVisitor {
  const wanted = plays
    .filter(({ weight }) => weight >= PLAY_WEIGHT)
    .flatMap(({ item }) => rows.get(item) ?? [])
    .filter((row) => available[row] === true);
  return { signals, wanted: new Set(wanted) };
}
