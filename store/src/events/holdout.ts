/** Reads the holdout that is in force, since when it is, and what each visitor has done in a period. */
import type { UserEngagement } from "@spillway/shared/protocol/engagement.ts";
import type { HoldoutSince } from "@spillway/shared/routing/holdout.ts";
import { QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "../database.ts";
import { currentRouting } from "../operators/routing.ts";

export function currentHoldout(database: Database): HoldoutSince | undefined {
  const holdout = currentRouting(database)?.routing.holdout;
  if (holdout === undefined) return undefined;
  const sinceMs = database.sqlite
    .prepare<[], number>(
      `SELECT min(pushed_ms) FROM routing_versions WHERE version > coalesce(
         (SELECT max(version) FROM routing_versions WHERE json_extract(routing, '$.holdout') IS NOT
           (SELECT json_extract(routing, '$.holdout') FROM routing_versions ORDER BY version DESC LIMIT 1)), 0)`,
    )
    .pluck()
    .get();
  // The query always finds a version, since the current routing is one.
  return { holdout, sinceMs: sinceMs ?? 0 };
}

/**
 * Counts impressions and plays by user, over events that arrived from `fromMs` on and before `toMs`, whatever
 * page they claim. It leaves out suspects, and queries (`similar`, `search`), from which nobody is held out.
 * It reads all events, so it is meant for a report.
 */
export function engagementByUser(
  { sqlite }: Database,
  fromMs: number,
  toMs: number,
): IterableIterator<UserEngagement> {
  const queries = QUERY_CONTEXTS.map((context) => `'${context}'`).join(", ");
  return sqlite
    .prepare<[number, number], UserEngagement>(
      `SELECT user, sum(type = 'impression') AS impressions, sum(type = 'play') AS plays FROM events
       WHERE received_ms >= ? AND received_ms < ? AND type IN ('impression', 'play')
         AND (context IS NULL OR context NOT IN (${queries}))
         AND NOT EXISTS (SELECT 1 FROM suspects WHERE suspects.user = events.user)
       GROUP BY user`,
    )
    .iterate(fromMs, toMs);
}
