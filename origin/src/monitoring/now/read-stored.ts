/** Reads from the database what the state of now needs of it. */
import type { NowChange } from "@spillway/shared/protocol/now-state.ts";
import type { RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import type { Database } from "@spillway/store/database.ts";
import { lastEventSeq } from "@spillway/store/events/events.ts";
import type { AuditEntry } from "@spillway/store/operators/audit-log.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { latestDoneGeneration, latestGenerations } from "@spillway/store/pages/generations.ts";
import { foldCursor } from "@spillway/store/state.ts";
import type { NowStored } from "./now.ts";

/** So long an ended rollout is shown, with why it ended. */
const ENDED_ROLLOUT_MS = 3_600_000;
const CHANGES = 12;
/** Sign-ins change nothing. */
const ENTRIES = 4 * CHANGES;

export function createStoredReader(
  database: Database,
  operatorStore: Pick<OperatorStore, "audit" | "deadLetters" | "modeOverride">,
  rollout: () => Promise<RolloutStatus | undefined>,
  nowMs: () => number,
): () => Promise<NowStored> {
  return async () => {
    const [changes, override, rolledOut, deadLetters] = await Promise.all([
      changesUntil(operatorStore.audit, undefined),
      operatorStore.modeOverride.current(nowMs()),
      rollout(),
      operatorStore.deadLetters.countWaiting(),
    ]);
    const last = latestGenerations(database, 1).at(0);
    return {
      deadLetters,
      unfoldedEvents: Math.max(0, lastEventSeq(database) - foldCursor(database)),
      generation: latestDoneGeneration(database)?.generation,
      failedCycle: last?.state === "failed" ? failureIn(last.report) : undefined,
      override,
      changes,
      rollout: rolledOut !== undefined && isOfInterest(rolledOut, nowMs()) ? rolledOut : undefined,
    };
  };
}

function isOfInterest({ end }: RolloutStatus, nowMs: number): boolean {
  return end === undefined || nowMs - Date.parse(end.at) < ENDED_ROLLOUT_MS;
}

/** The last changes before `untilMs`, newest first; undefined: until now. */
export async function changesUntil(
  audit: OperatorStore["audit"],
  untilMs: number | undefined,
): Promise<readonly NowChange[]> {
  const entries = await audit.list({ untilMs, limit: ENTRIES });
  return entries
    .filter(({ action }) => !action.startsWith("session."))
    .slice(0, CHANGES)
    .map(toChange);
}

/** A pushed routing is taken back by pushing the version before it again. */
function toChange({ atMs, by, action, subject, note }: AuditEntry): NowChange {
  const [, version] = /^routing (\d+)$/.exec(subject) ?? [];
  const before = Number(version) - 1;
  return { atMs, by, action, subject, note: note ?? null, revertTo: before >= 1 ? before : null };
}

function failureIn(report: string | null): string {
  const parsed: unknown = report === null ? undefined : JSON.parse(report);
  const failed = typeof parsed === "object" && parsed !== null && "error" in parsed;
  return failed ? String(parsed.error) : "the log says why";
}
