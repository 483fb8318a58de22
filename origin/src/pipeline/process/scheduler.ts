/**
 * When cycles run: on the cadence, at once when asked, when an item comes, goes, starts or ends, and soon
 * after a failure.
 */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { nextChangeMs } from "@spillway/model/pages/availability.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { checkpoint, isDamaged } from "@spillway/store/database.ts";
import { builtState } from "@spillway/store/pages/build-state.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import { runCycle, type CycleDeps } from "./cycle.ts";
import type { CycleReport, CycleStage } from "./cycle-report.ts";
import type { RefreshState } from "@spillway/model/pages/refresh-state.ts";
import type { FromPipeline } from "./messages.ts";
import { storedTraining } from "../learn/stored-training.ts";
import { acquirePublisherLease } from "./publisher-lease.ts";

export type SchedulerOptions = Omit<CycleDeps, "heartbeat" | "onProgress" | "onStored"> & {
  readonly cadenceMs: number;
  readonly tell: (message: FromPipeline) => void;
};

export type Scheduler = {
  /** Pages alone, as soon as the running cycle has ended. */
  readonly refresh: (reason: string) => void;
  /** Resolves when the running cycle, if any, has ended. */
  readonly stop: () => Promise<void>;
};

const LEASE_WAIT_MS = 60_000;
const FIRST_RETRY_MS = 500;
const MAX_TIMER_MS = 2 ** 31 - 1;
const TELL_EVERY_MS = 200;

export function startScheduler(options: SchedulerOptions): Scheduler {
  /** Of this process's newest cycle. */
  let kept: RefreshState | undefined;
  let dueMs = options.now();
  let urgent: string | undefined;
  let stopping = false;
  let failures = 0;
  let wake: (() => void) | undefined;
  const onProgress = tellProgress(options);

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, MAX_TIMER_MS));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Not when a full cycle is due, nor when another process has stored pages since. */
  const pagesOnly = (): boolean =>
    options.now() < dueMs &&
    kept !== undefined &&
    builtState(options.database)?.generation === kept.generation;

  const runOnce = async (reason: string): Promise<boolean> => {
    try {
      const lease = await acquirePublisherLease(options.database, "background pipeline", LEASE_WAIT_MS);
      try {
        const onStored = (stored: RefreshState, kind: CycleReport["kind"]): void => {
          kept = stored;
          if (kind === "full") dueMs = options.now() + options.cadenceMs;
        };
        const report = await runCycle(
          { ...options, onProgress, heartbeat: lease.heartbeat, onStored },
          reason,
          {
            kept,
            // Read by this process's first cycle alone.
            training: kept === undefined ? storedTraining(options.database) : undefined,
            pagesOnly: pagesOnly(),
          },
        );
        options.tell({ type: "done", report });
        checkpoint(options.database);
      } finally {
        lease.release();
      }
      failures = 0;
      return true;
    } catch (error) {
      failures += 1;
      options.tell({
        type: "failed",
        reason,
        error: reasonOf(error),
        damaged: isDamaged(error),
      });
      return false;
    }
  };

  /** Until the next full cycle, or the next item's change if that comes first. */
  const pause = (): { readonly ms: number; readonly reason: string } => {
    const nowMs = options.now();
    const contentNowMs = nowMs + clockOffsetMs(options.database);
    const items = allItems(options.database).map(({ item }) => item);
    const untilChangeMs = nextChangeMs(items, contentNowMs) - contentNowMs;
    return untilChangeMs < dueMs - nowMs
      ? { ms: untilChangeMs, reason: "an item's window opened or closed" }
      : { ms: Math.max(0, dueMs - nowMs), reason: "cadence" };
  };

  const loop = async (): Promise<void> => {
    let reason = "start";
    // oxlint-disable-next-line no-unmodified-loop-condition -- stop() sets it while the loop waits
    while (!stopping) {
      const good = await runOnce(reason);
      if (stopping) break;
      if (!good) {
        // A KV that is down comes back when it does. What was learned and built is kept: the retry publishes
        // it.
        await sleep(Math.min(options.cadenceMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10)));
        continue;
      }
      if (urgent === undefined) {
        const next = pause();
        await sleep(next.ms);
        reason = next.reason;
      }
      if (urgent !== undefined) {
        reason = urgent;
        urgent = undefined;
      }
    }
  };
  const running = loop();
  return {
    refresh: (reason) => {
      urgent = reason;
      wake?.();
    },
    stop: async () => {
      stopping = true;
      wake?.();
      await running;
    },
  };
}

/** At once when a stage begins or ends, else a few times a second. */
function tellProgress({
  tell,
  now,
}: SchedulerOptions): (stage: CycleStage, done: number, total: number) => void {
  let [toldStage, toldMs]: [CycleStage | undefined, number] = [undefined, 0];
  return (stage, done, total) => {
    if (stage === toldStage && done < total && now() - toldMs < TELL_EVERY_MS) return;
    [toldStage, toldMs] = [stage, now()];
    tell({ type: "progress", stage, done, total });
  };
}
