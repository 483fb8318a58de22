/**
 * The publisher's lease: only one of all processes on this store publishes at a time. It is renewed while a
 * cycle runs.
 */
import * as z from "zod/mini";
import { isStorageBusy, type Database } from "@spillway/store/database.ts";
import { getDocument, putDocument } from "@spillway/store/documents.ts";
import { BusyError, holderOf, isGone, secondsSince, writerNow } from "@spillway/store/holders.ts";
import { acquireLease, releaseLease, renewLease, type LeaseResult } from "@spillway/store/leases.ts";
import { CYCLE_STAGES, STAGE_TITLES, type CycleStage } from "./cycle-report.ts";

const NAME = "publisher";
const PROGRESS = "publisher-progress";
const TTL_MS = 120_000;
const RENEW_EVERY_MS = 5_000;
const PROGRESS_EVERY_MS = 2_000;
const ASK_EVERY_MS = 200;
/** A process that stores events or pages holds the write lock for milliseconds; that is nobody to report. */
const LOCK_GRACE_MS = 1_000;

export type Lease = {
  /** Renews the lease when it is due, and tells others what is being done. Throws when the lease was lost. */
  readonly heartbeat: (stage: CycleStage, done: number, total: number) => void;
  readonly release: () => void;
};

/** Another process is publishing. The message says which one, since when, and what it does. */
export class LeaseTakenError extends BusyError {}

const progressSchema = z.object({
  holder: z.string(),
  stage: z.enum(CYCLE_STAGES),
  done: z.number(),
  total: z.number(),
});

/** What the process that has the lease is doing. */
export type Holding = {
  readonly text: string;
  /** It is undefined before its first stage, and while the holder is no publisher. */
  readonly progress: Omit<z.infer<typeof progressSchema>, "holder"> | undefined;
};

/** Waits up to `waitMs` for the lease. `title` names the holder to others, such as "background pipeline". */
export async function acquirePublisherLease(
  database: Database,
  title: string,
  waitMs: number,
  onWait?: (holding: Holding) => void,
): Promise<Lease> {
  const holder = holderOf(title);
  const startedMs = Date.now();
  for (;;) {
    const result = ask(database, holder);
    if (result !== "locked" && result.ok) break;
    if (result !== "locked" && isGone(result.holder)) {
      releaseLease(database, NAME, result.holder);
      continue;
    }
    const waitedMs = Date.now() - startedMs;
    const holding = result === "locked" ? writing(database, waitedMs) : publishing(database, result);
    if (holding !== undefined) {
      if (waitedMs >= waitMs) throw new LeaseTakenError(holding.text);
      onWait?.(holding);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return heldLease(database, holder);
}

function ask(database: Database, holder: string): LeaseResult | "locked" {
  return withoutWaiting(database, () => acquireLease(database, NAME, holder, TTL_MS, Date.now()));
}

/** Waiting for the write lock would block the thread for as long as another process writes. */
function withoutWaiting<Result>({ sqlite }: Database, write: () => Result): Result | "locked" {
  const timeoutMs = Number(sqlite.pragma("busy_timeout", { simple: true }));
  sqlite.pragma("busy_timeout = 0");
  try {
    return write();
  } catch (error) {
    if (isStorageBusy(error)) return "locked";
    throw error;
  } finally {
    sqlite.pragma(`busy_timeout = ${timeoutMs}`);
  }
}

function writing(database: Database, waitedMs: number): Holding | undefined {
  const writer = writerNow(database);
  if (writer !== undefined) return { text: writer, progress: undefined };
  if (waitedMs < LOCK_GRACE_MS) return undefined;
  return { text: "another process is writing to the database", progress: undefined };
}

function publishing(database: Database, { holder, acquiredMs }: LeaseResult & { ok: false }): Holding {
  const told = getDocument(database, PROGRESS, (value) => progressSchema.safeParse(value).data)?.value;
  const progress = told?.holder === holder ? told : undefined;
  const doing =
    progress === undefined
      ? ""
      : `: ${STAGE_TITLES[progress.stage]}${progress.total > 1 ? `, ${progress.done} of ${progress.total}` : ""}`;
  return { text: `${holder}, is publishing for ${secondsSince(acquiredMs)} s now${doing}`, progress };
}

function heldLease(database: Database, holder: string): Lease {
  let renewedMs = Date.now();
  let [toldStage, toldMs]: [CycleStage | undefined, number] = [undefined, 0];
  return {
    heartbeat: (stage, done, total) => {
      const nowMs = Date.now();
      if (stage !== toldStage || nowMs - toldMs >= PROGRESS_EVERY_MS) {
        [toldStage, toldMs] = [stage, nowMs];
        withoutWaiting(database, () =>
          putDocument(database, PROGRESS, { holder, stage, done, total }, nowMs),
        );
      }
      if (nowMs - renewedMs < RENEW_EVERY_MS) return;
      renewedMs = nowMs;
      if (!renewLease(database, NAME, holder, TTL_MS, nowMs)) {
        throw new LeaseTakenError("this cycle's lease ran out, and another process is publishing");
      }
    },
    release: () => releaseLease(database, NAME, holder),
  };
}
