/** Drops what the audit log has kept for long enough, from the process that keeps house. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { AuditLog } from "@spillway/store/operators/audit-log.ts";

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

export type KeepAuditOptions = {
  readonly audit: Pick<AuditLog, "drop">;
  /** 0: for ever. */
  readonly days: number;
  readonly now: () => number;
  /** The next turn tries again. */
  readonly onError: (reason: string) => void;
};

/** At once and each hour, until the returned function is called, which resolves when nothing is dropped any more. */
export function keepAudit({ audit, days, now, onError }: KeepAuditOptions): () => Promise<void> {
  if (days === 0) return () => Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      await audit.drop(now() - days * DAY_MS);
    } catch (error) {
      onError(reasonOf(error));
    }
  };
  let running = turn();
  const timer = setInterval(() => {
    running = turn();
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
