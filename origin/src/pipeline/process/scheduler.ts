/**
 * Decides when cycles run: on the cadence, when an item's availability changes, soon after a failure, and at
 * once when one is requested.
 */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { nextChangeMs } from "@spillway/model/pages/availability.ts";
import { allItems } from "@spillway/store/catalogue/items.ts";
import { checkpoint, isDamaged, isStorageBusy } from "@spillway/store/database.ts";
import { writerNow } from "@spillway/store/holders.ts";
import { builtState } from "@spillway/store/pages/build-state.ts";
import { clockOffsetMs } from "@spillway/store/state.ts";
import { runCycle, type CycleDeps } from "./cycle.ts";
import type { CycleReport, CycleStage } from "./cycle-report.ts";
import type { CycleState } from "../learn/follow-audience.ts";
import type { FromPipeline } from "./messages.ts";
import { storedTraining } from "../learn/stored-training.ts";
import { createViewerMap, type ViewerMap, type ViewerMapOptions } from "../viewers/viewer-map.ts";
import { acquirePublisherLease, type Lease } from "./publisher-lease.ts";

export type SchedulerOptions = Omit<CycleDeps, "heartbeat" | "onProgress" | "onStored" | "signal"> & {
  readonly cadenceMs: number;
  /** Without it, as without `hashUser`, no viewer map is written. */
  readonly viewers?: Pick<ViewerMapOptions, "cadenceMs" | "maxUsers">;
  readonly send: (message: FromPipeline) => void;
};

export type Scheduler = {
  /** Builds and publishes pages as soon as the running cycle has ended, without learning. */
  readonly refresh: (reason: string) => void;
  /** Ends a training; resolves when the running cycle, if any, has ended. */
  readonly stop: () => Promise<void>;
};

const LEASE_WAIT_MS = 60_000;
const FIRST_RETRY_MS = 500;
const MAX_TIMER_MS = 2 ** 31 - 1;
const PROGRESS_EVERY_MS = 200;
/** The viewer map is written for so long at least between two cycles, and else until the next one. */
const LEAST_VIEWERS_MS = 5000;

export function startScheduler(options: SchedulerOptions): Scheduler {
  /** What this process's newest cycle left. */
  let refreshState: CycleState | undefined;
  let nextFullMs = options.now();
  let urgentReason: string | undefined;
  let stopping = false;
  /** A training takes minutes, and the model in force stays. */
  const training = new AbortController();
  let failures = 0;
  let wake: (() => void) | undefined;
  const onProgress = sendProgress(options);

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(ms, MAX_TIMER_MS));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** A full cycle is needed when one is due, or when another process has stored pages since. */
  const pagesOnly = (): boolean =>
    options.now() < nextFullMs &&
    refreshState !== undefined &&
    builtState(options.database)?.generation === refreshState.generation;

  const viewerMap = viewerMapOf(options);
  const writeViewers = async ({ heartbeat }: Lease): Promise<void> => {
    if (viewerMap === undefined || refreshState === undefined) return;
    const untilMs = Math.max(options.now() + LEAST_VIEWERS_MS, nextFullMs);
    const report = await viewerMap.write(refreshState.learned, () => {
      heartbeat("publish", 1, 1);
      return !stopping && urgentReason === undefined && options.now() < untilMs;
    });
    if (report !== undefined) options.send({ type: "viewers", report });
  };

  const runOnce = async (reason: string): Promise<boolean> => {
    try {
      const lease = await acquirePublisherLease(options.database, "background pipeline", LEASE_WAIT_MS);
      try {
        const onStored = (stored: CycleState, kind: CycleReport["kind"]): void => {
          refreshState = stored;
          if (kind !== "pages") nextFullMs = options.now() + options.cadenceMs;
        };
        const report = await runCycle(
          { ...options, signal: training.signal, onProgress, heartbeat: lease.heartbeat, onStored },
          reason,
          {
            refreshState,
            // Only the first cycle of this process reads the stored training.
            training: refreshState === undefined ? storedTraining(options.database) : undefined,
            pagesOnly: pagesOnly(),
          },
        );
        options.send({ type: "done", report });
        await writeViewers(lease);
        checkpoint(options.database);
      } finally {
        lease.release();
      }
      failures = 0;
      return true;
    } catch (error) {
      if (training.signal.aborted) return false;
      failures += 1;
      options.send({
        type: "failed",
        reason,
        error: isStorageBusy(error)
          ? (writerNow(options.database) ?? "another process is writing to the database")
          : reasonOf(error),
        damaged: isDamaged(error),
      });
      return false;
    }
  };

  /**
   * Returns the time until the next full cycle, or until the next change of an item's availability if that is
   * sooner.
   */
  const pause = (): { readonly ms: number; readonly reason: string } => {
    const nowMs = options.now();
    const contentNowMs = nowMs + clockOffsetMs(options.database);
    const items = allItems(options.database).map(({ item }) => item);
    const untilChangeMs = nextChangeMs(items, contentNowMs) - contentNowMs;
    return untilChangeMs < nextFullMs - nowMs
      ? { ms: untilChangeMs, reason: "an item's window opened or closed" }
      : { ms: Math.max(0, nextFullMs - nowMs), reason: "cadence" };
  };

  const loop = async (): Promise<void> => {
    let reason = "start";
    // oxlint-disable-next-line no-unmodified-loop-condition -- stop() sets it while the loop waits
    while (!stopping) {
      const succeeded = await runOnce(reason);
      if (stopping) break;
      if (!succeeded) {
        // KV may be unreachable for a while. What was learned and built is stored, and a retry publishes it.
        await sleep(Math.min(options.cadenceMs, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10)));
        continue;
      }
      if (urgentReason === undefined) {
        const next = pause();
        await sleep(next.ms);
        reason = next.reason;
      }
      if (urgentReason !== undefined) {
        reason = urgentReason;
        urgentReason = undefined;
      }
    }
  };
  const running = loop();
  return {
    refresh: (reason) => {
      urgentReason = reason;
      wake?.();
    },
    stop: async () => {
      stopping = true;
      training.abort(new Error("the pipeline is stopped"));
      wake?.();
      await running;
    },
  };
}

function viewerMapOf({ viewers, hashUser, ...options }: SchedulerOptions): ViewerMap | undefined {
  return viewers === undefined || hashUser === undefined
    ? undefined
    : createViewerMap({ ...options, ...viewers, hashUser });
}

/** Sends progress at once when a stage begins or ends, and else a few times a second. */
function sendProgress({
  send,
  now,
}: SchedulerOptions): (stage: CycleStage, done: number, total: number) => void {
  let [sentStage, sentMs]: [CycleStage | undefined, number] = [undefined, 0];
  return (stage, done, total) => {
    if (stage === sentStage && done < total && now() - sentMs < PROGRESS_EVERY_MS) return;
    [sentStage, sentMs] = [stage, now()];
    send({ type: "progress", stage, done, total });
  };
}
