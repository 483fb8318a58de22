/**
 * Runs the pipeline as a child process of the origin: starts it, sends it requests, and restarts it when it
 * ends.
 */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { EXIT_USAGE } from "../../exit.ts";
import { YIELDING, yieldToAnswers } from "../../yield-to-answers.ts";
import type { FromPipeline, ToPipeline } from "./messages.ts";

export type PipelineProcess = {
  /** Builds and publishes pages now, without waiting for the cadence. */
  readonly refresh: (reason: string) => void;
  readonly stop: () => Promise<void>;
};

export type PipelineProcessOptions = {
  /** Whether edges have pages to serve. Until then a cycle may run at normal priority. */
  readonly hasPages: () => boolean;
  readonly onMessage: (message: FromPipeline) => void;
  /** Called when the process ended without having been stopped. It is restarted. */
  readonly onExit: (detail: string) => void;
  /**
   * Called when the process ended since the store or the configuration cannot be used. It is not restarted.
   */
  readonly onGivenUp: () => void;
};

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const RESTART_AFTER_MS = 2000;
const KILL_AFTER_MS = 4000;

export function startPipelineProcess(options: PipelineProcessOptions): PipelineProcess {
  let stopping = false;
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let ended: Promise<void> = Promise.resolve();

  const start = (): void => {
    const started = fork(MAIN, { stdio: ["ignore", "inherit", "inherit", "ipc"], ...YIELDING });
    child = started;
    if (options.hasPages()) yieldToAnswers(started);
    ended = new Promise((resolve) => {
      started.on("exit", (code, signal) => {
        resolve();
        if (stopping) return;
        if (code === EXIT_USAGE) {
          options.onGivenUp();
          return;
        }
        options.onExit(`the pipeline process ended (${signal ?? `exit code ${code}`}); it starts again`);
        restart = setTimeout(start, RESTART_AFTER_MS);
      });
    });
    started.on("error", (error) => options.onExit(`the pipeline process can't be run: ${error.message}`));
    started.on("message", (message: FromPipeline) => options.onMessage(message));
  };
  start();
  return {
    refresh: (reason) => {
      const message: ToPipeline = { type: "refresh", reason };
      // A child that is being restarted begins with a full cycle, which sees the change anyway.
      if (child?.connected === true) child.send(message);
    },
    stop: async () => {
      stopping = true;
      clearTimeout(restart);
      const timer = setTimeout(() => child?.kill("SIGKILL"), KILL_AFTER_MS);
      child?.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    },
  };
}
