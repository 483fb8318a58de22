/**
 * Fills an empty store with the demo: catalogue, synthetic audience, and a clock that stands an hour before
 * the quarter-final.
 */
import { DEMO_USERS, demoAudience, type DemoUser } from "./audience.ts";
import { demoCatalogue } from "./catalogue.ts";
import { DEMO_NOW_MS } from "./clock.ts";
import { DEMO_SEED } from "./seed.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import { countItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import { countProfiles, putProfiles, type ProfileRow } from "@spillway/store/profiles/profiles.ts";
import { putClockOffset } from "@spillway/store/state.ts";

const PROGRESS_EVERY_USERS = 500;

/** Returns undefined and changes nothing when the store holds data already. */
export function seedDemo(
  database: Database,
  nowMs: number,
  onProgress: (users: number, total: number) => void = () => undefined,
): { readonly items: number; readonly users: number } | undefined {
  return transact(database, () => {
    if (countItems(database) > 0 || countProfiles(database) > 0) return undefined;
    const items = demoCatalogue(DEMO_NOW_MS);
    const seqs = new Map(upsertItems(database, items, "demo", nowMs).map(({ id, seq }) => [id, seq]));
    const audience = demoAudience({ seed: DEMO_SEED, items, nowMs: DEMO_NOW_MS });
    putProfiles(
      database,
      Iterator.from(audience).map((user, at) => {
        if (at % PROGRESS_EVERY_USERS === 0) onProgress(at, DEMO_USERS);
        return toRow(user, seqs);
      }),
    );
    putClockOffset(database, DEMO_NOW_MS - nowMs, nowMs);
    return { items: items.length, users: countProfiles(database) };
  });
}

function toRow({ user, signals, visits, plays }: DemoUser, seqs: ReadonlyMap<string, number>): ProfileRow {
  const history = plays.flatMap(({ item, weight, timeMs }) => {
    const seq = seqs.get(item);
    return seq === undefined ? [] : [{ item: seq, weight, timeMs }];
  });
  // The demo's plays are on the demo's clock, as its freshness is, so no real time stands here.
  return {
    user,
    history: packHistory(history),
    signals: JSON.stringify(signals),
    visits,
    source: "demo",
    updatedMs: 0,
  };
}
