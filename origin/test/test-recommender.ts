/** For tests: a learned origin over a real database, with two camps of users who like different films. */
import { packHistory } from "@spillway/model/profile/history.ts";
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { expect, onTestFinished } from "vitest";
import { memoryKv } from "../src/kv/memory.ts";
import type { Metrics } from "../src/monitoring/metrics.ts";
import { runCycle } from "../src/pipeline/process/cycle.ts";
import { createLiveSnapshot, type LiveSnapshot } from "../src/serving/snapshot/live-snapshot.ts";
import { createRecommender, type Recommender } from "../src/serving/answers/recommender.ts";
import type { Database } from "@spillway/store/database.ts";
import { searchItems } from "@spillway/store/catalogue/item-search.ts";
import { allItems, itemSeqById, upsertItems } from "@spillway/store/catalogue/items.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { currentColumns } from "@spillway/store/profiles/stored-profile.ts";

export function film(genre: string, at: number): Item {
  return {
    id: `${genre}-${at}`,
    title: `${genre} number ${at}`,
    kind: "movie",
    genres: [genre],
    teams: [],
    takenDown: false,
  };
}

/** Two camps of 60 users, for drama and for comedy, each camp with a team of its own. */
export async function seedTwoCamps(database: Database, nowMs: number): Promise<void> {
  upsertItems(
    database,
    ["drama", "comedy"].flatMap((genre) => Array.from({ length: 30 }, (_, at) => film(genre, at))),
    "import",
    nowMs,
  );
  const seqs = new Map(allItems(database).map(({ item, seq }) => [item.id, seq]));
  putProfiles(
    database,
    Array.from({ length: 120 }, (_, user) => ({
      user: `u${user}`,
      history: packHistory(
        Array.from({ length: 6 }, (__, play) => ({
          item: seqs.get(`${user % 2 === 0 ? "drama" : "comedy"}-${(user * 7 + play * 5) % 30}`) ?? 0,
          weight: 1,
          timeMs: nowMs - 1e7,
        })),
      ),
      signals: JSON.stringify({ ...NO_SIGNALS, team: user % 2 === 0 ? "ESP" : "BEL" }),
      visits: 1,
      source: "import" as const,
      updatedMs: 0,
    })),
  );
  await runCycle({ database, kv: memoryKv(), now: () => nowMs }, "test");
}

export function openRecommender(
  database: Database,
  metrics: Metrics,
  nowMs: number,
): { readonly live: LiveSnapshot; readonly recommender: Recommender } {
  const live = createLiveSnapshot({
    database,
    now: () => nowMs,
    onSnapshot: () => undefined,
    onError: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => live.stop());
  const recommender = createRecommender({
    snapshot: live.current,
    clockOffsetMs: live.clockOffsetMs,
    profileOf: (user) =>
      currentColumns(database, user, {
        seqOfItem: (id) => itemSeqById(database, id),
        clockOffsetMs: 0,
      }),
    pageOf: (context, cluster) => getPage(database, context, cluster),
    seqOfItem: (id) => itemSeqById(database, id),
    search: (query, limit) => searchItems(database, query, limit),
    onInference: () => metrics.inference.inc(),
    onStoredPage: () => metrics.storedPage.inc(),
  });
  return { live, recommender };
}
