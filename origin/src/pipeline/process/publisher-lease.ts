/**
 * The publisher's lease: only one of all processes on this store publishes at a time. It is renewed while a
 * cycle runs.
 */
import type { Database } from "@spillway/store/database.ts";
import { acquireLease, releaseLease, renewLease } from "@spillway/store/leases.ts";

const NAME = "publisher";
const TTL_MS = 120_000;
const RENEW_EVERY_MS = 5_000;
const ASK_EVERY_MS = 200;

export type Lease = {
  /** Renews the lease when it is due; throws when the lease was lost. */
  readonly heartbeat: () => void;
  readonly release: () => void;
};

/** Another process is publishing. The message says which one, and for how long. */
export class LeaseTakenError extends Error {
  override readonly name = "LeaseTakenError";
}

/** Waits up to `waitMs` for the lease. `title` names the holder to others, such as "background pipeline". */
export async function acquirePublisherLease(
  database: Database,
  title: string,
  waitMs: number,
  onWait?: (holder: string) => void,
): Promise<Lease> {
  const holder = `${title}, pid ${process.pid}`;
  const untilMs = Date.now() + waitMs;
  for (let told = false; ; told = true) {
    const result = acquireLease(database, NAME, holder, TTL_MS, Date.now());
    if (result.ok) break;
    if (isGone(result.holder)) {
      releaseLease(database, NAME, result.holder);
      continue;
    }
    if (Date.now() >= untilMs) {
      const sinceS = Math.round((Date.now() - result.acquiredMs) / 1000);
      throw new LeaseTakenError(`${result.holder} is publishing, for ${sinceS} s now`);
    }
    if (!told) onWait?.(result.holder);
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  let renewedMs = Date.now();
  return {
    heartbeat: () => {
      if (Date.now() - renewedMs < RENEW_EVERY_MS) return;
      renewedMs = Date.now();
      if (!renewLease(database, NAME, holder, TTL_MS, renewedMs)) {
        throw new LeaseTakenError("this cycle's lease ran out, and another process is publishing");
      }
    },
    release: () => releaseLease(database, NAME, holder),
  };
}

/**
 * Whether the holder was killed without releasing. The store is a local file, so that the holder's pid is of
 * this machine.
 */
function isGone(holder: string): boolean {
  const pid = Number(/pid (\d+)$/.exec(holder)?.[1]);
  if (!Number.isInteger(pid)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
