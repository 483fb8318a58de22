/** For tests: a catalogue of two teams, and an imported audience of their fans. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { packHistory } from "@spillway/model/profile/history.ts";
import { allItems, upsertItems } from "@spillway/store/catalogue/items.ts";
import type { Database } from "@spillway/store/database.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";

const TEAMS = ["ESP", "BEL"];
const ITEMS_OF_TEAM = 12;

/** The highlights of a team with the number `at`. */
export function teamItem(team: string, at: number): Item {
  return {
    id: `${team.toLowerCase()}-${at}`,
    title: `${team} ${at}`,
    kind: "highlights",
    genres: [],
    teams: [team],
    takenDown: false,
    publishedAt: "2026-07-01T00:00:00Z",
  };
}

/** Each team's fans play its items, the first ones more. */
export function seedFans(database: Database, nowMs: number): void {
  const items = TEAMS.flatMap((team) => Array.from({ length: ITEMS_OF_TEAM }, (_, at) => teamItem(team, at)));
  upsertItems(database, items, "import", nowMs);
  const seqs = new Map(allItems(database).map(({ item: { id }, seq }) => [id, seq]));
  const draw = seededRandom(7);
  putProfiles(
    database,
    Array.from({ length: 300 }, (_, user) => {
      const team = TEAMS[user % TEAMS.length] ?? "ESP";
      const played = new Set(Array.from({ length: 6 }, () => Math.floor(ITEMS_OF_TEAM * draw() ** 1.5)));
      return {
        user: `u${user}`,
        history: packHistory(
          [...played].map((at) => ({
            item: seqs.get(`${team.toLowerCase()}-${at}`) ?? 0,
            weight: 1,
            timeMs: nowMs - 1e8,
          })),
        ),
        signals: JSON.stringify({ ...NO_SIGNALS, team }),
        visits: 1,
        source: "import" as const,
        updatedMs: 0,
      };
    }),
  );
}
