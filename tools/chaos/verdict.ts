/**
 * What became of every play, read from the origin's database when all is quiet: stored once, folded once, in
 * one profile.
 */
import { contentHash } from "@spillway/model/workers/content-hash.ts";
import { foldEvents, NO_PROFILE } from "@spillway/model/profile/fold.ts";
import { packHistory, unpackHistory } from "@spillway/model/profile/history.ts";
import type { World } from "./world.ts";

export type Verdict = {
  readonly promised: number;
  readonly unpromised: number;
  readonly stored: number;
  /** Plays answered 202 that are not stored, not folded, or not in their user's profile. */
  readonly lost: number;
  /** Plays stored twice, folded twice, or in a profile that is not theirs. */
  readonly doubled: number;
  readonly letters: number;
  /** What else is not as it must be. */
  readonly wrong: readonly string[];
};

type EventRow = {
  seq: number;
  id: string;
  user: string;
  item: string;
  timeMs: number;
  signals: string | null;
};
type ProfileRow = { user: string; history: Uint8Array; visits: number; updatedMs: number };

export function judge(world: World): Verdict {
  const { promised, unpromised, complaints } = world.viewers;
  const events = world.store.read<EventRow>(
    'SELECT seq, id, "user", item, time_ms AS timeMs, signals FROM events ORDER BY seq',
  );
  const profiles = new Map(
    world.store
      .read<ProfileRow>('SELECT "user", history, visits, updated_ms AS updatedMs FROM profiles')
      .map((row) => [row.user, row]),
  );
  const letters = world.store.read<{ id: string; reason: string; body: string }>(
    "SELECT id, reason, body FROM dead_letters ORDER BY received_ms",
  );
  const seqOf = new Map(
    world.store
      .read<{ id: string; seq: number }>("SELECT id, seq FROM items")
      .map(({ id, seq }) => [id, seq]),
  );
  const folds = foldsOf(world, events);
  const byId = Map.groupBy(events, ({ id }) => id);
  const byUser = Map.groupBy(events, ({ user }) => user);
  const wrong = [...complaints];

  let lost = 0;
  for (const { id, user, item } of promised.values()) {
    const [row] = byId.get(id) ?? [];
    const why = whyLost(row, folds, profiles.get(user), seqOf.get(item));
    if (why === undefined) continue;
    lost += 1;
    wrong.push(`${id} was answered 202 and is ${why}`);
  }
  let doubled = 0;
  for (const [id, rows] of byId) {
    const times = Math.max(rows.length, ...rows.map(({ seq }) => folds.get(seq) ?? 0));
    if (times > 1) wrong.push(`${id} is stored ${rows.length} times and folded ${times} times`);
    doubled += times - 1 > 0 ? 1 : 0;
    const sent = promised.get(id) ?? unpromised.get(id);
    if (sent?.user !== rows[0]?.user || sent?.item !== rows[0]?.item) wrong.push(`${id} is nobody's`);
  }
  for (const { user, history, visits, updatedMs } of profiles.values()) {
    const own = byUser.get(user) ?? [];
    doubled += Math.max(0, unpackHistory(history).length - own.length);
    const again = foldEvents(
      NO_PROFILE,
      own.map(({ item, timeMs }) => ({ type: "play" as const, item: seqOf.get(item), timeMs })),
    );
    const same =
      Buffer.from(packHistory(again.history)).equals(history) &&
      again.visits === visits &&
      again.updatedMs === updatedMs;
    if (!same)
      wrong.push(`the profile of ${user} is not what the ${own.length} stored events of that user make`);
  }
  const poison = new Set([...world.poison].map(contentHash));
  for (const { id, reason, body } of letters) {
    if (!poison.delete(id)) wrong.push(`a dead letter that nobody sent: ${reason}: ${body.slice(0, 500)}`);
  }
  if (poison.size > 0) wrong.push(`${poison.size} messages with something bad are no dead letters`);
  return {
    promised: promised.size,
    unpromised: unpromised.size,
    stored: events.length,
    lost,
    doubled,
    letters: letters.length,
    wrong,
  };
}

function whyLost(
  row: EventRow | undefined,
  folds: ReadonlyMap<number, number>,
  profile: ProfileRow | undefined,
  itemSeq: number | undefined,
): string | undefined {
  if (row === undefined) return "not stored";
  if ((folds.get(row.seq) ?? 0) === 0) return "not folded";
  const entries = profile === undefined ? [] : unpackHistory(profile.history);
  return entries.some(({ item }) => item === itemSeq) ? undefined : "not in its user's profile";
}

/** Event's seq → how often its user's profile was written while the cursor moved over it. */
function foldsOf({ store }: World, events: readonly EventRow[]): Map<number, number> {
  const folds = new Map<number, number>();
  let writes = new Map<string, number>();
  let from = 0;
  const record = store.read<{ user: string | null; cursor: number | null }>(
    'SELECT "user", cursor FROM chaos_folds ORDER BY at',
  );
  for (const { user, cursor } of record) {
    if (user !== null) writes.set(user, (writes.get(user) ?? 0) + 1);
    if (cursor === null) continue;
    const [low, high] = [from, cursor];
    for (const { seq, user: whose } of events.filter((event) => event.seq > low && event.seq <= high))
      folds.set(seq, (folds.get(seq) ?? 0) + (writes.get(whose) ?? 0));
    writes = new Map();
    from = cursor;
  }
  return folds;
}
