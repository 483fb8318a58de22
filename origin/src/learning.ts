/**
 * Starts what learns and what reads the result: the pipeline's child process, and the snapshot that serving
 * uses.
 */
import type { Database } from "@spillway/store/database.ts";
import { isDamaged } from "@spillway/store/database.ts";
import { isIndexPublished } from "@spillway/store/pages/published.ts";
import { EXIT_USAGE } from "./exit.ts";
import type { Log } from "./monitoring/log.ts";
import type { FromPipeline } from "./pipeline/process/messages.ts";
import { startPipelineProcess, type PipelineProcess } from "./pipeline/process/pipeline-process.ts";
import { createLiveSnapshot, type LiveSnapshot } from "./serving/snapshot/live-snapshot.ts";
import type { Snapshot } from "./serving/snapshot/snapshot.ts";

export type Learning = {
  readonly live: LiveSnapshot;
  readonly pipeline: PipelineProcess;
  /** The progress of the refresh cycle that is running. */
  readonly cycle: () => { readonly stage: string; readonly done: number; readonly total: number } | undefined;
};

export type LearningDeps = {
  readonly database: Database;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly onSnapshot: (snapshot: Snapshot) => void;
  readonly onCycle: (message: FromPipeline) => void;
  readonly onDamaged: (error: string) => void;
  readonly stop: (code: number) => void;
};

export function startLearning(deps: LearningDeps): Learning {
  const { database, log, nowMs, onSnapshot, onCycle, onDamaged, stop } = deps;
  let wasTrained = false;
  const live = createLiveSnapshot({
    database,
    now: nowMs,
    onSnapshot: (snapshot) => {
      onSnapshot(snapshot);
      // An import has replaced the catalogue, and the model is for items that do not exist any more.
      if (wasTrained && !snapshot.trained) pipeline.refresh("the catalogue was replaced");
      wasTrained = snapshot.trained;
    },
    onError: (error) => {
      if (isDamaged(error)) onDamaged(String(error));
      else log.error("the store can't be read; the last snapshot serves on", { error: String(error) });
    },
  });
  let progress: Extract<FromPipeline, { type: "progress" }> | undefined;
  const pipeline = startPipelineProcess({
    hasPages: () => isIndexPublished(database),
    onMessage: (message) => {
      // The sample is folded beside the cycles.
      if (message.type !== "sample") progress = message.type === "progress" ? message : undefined;
      if (message.type === "failed" && message.damaged) onDamaged(message.error);
      else onCycle(message);
    },
    onExit: (detail) => {
      progress = undefined;
      log.error(detail);
    },
    onGivenUp: () => stop(EXIT_USAGE),
  });
  return {
    live,
    pipeline,
    cycle: () => progress && { stage: progress.stage, done: progress.done, total: progress.total },
  };
}
