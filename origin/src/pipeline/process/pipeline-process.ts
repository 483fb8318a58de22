/** The pipeline as the origin sees it: a child process that is started, told, watched and started again. */
import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { EXIT_USAGE } from "../../exit.ts";
import type { FromPipeline, ToPipeline } from "./messages.ts";

export type PipelineProcess = {
  /** Pages are built and published now, not at the next cadence. */
  readonly refresh: (reason: string) => void;
  readonly stop: () => Promise<void>;
};

export type PipelineProcessOptions = {
  /** Whether edges have pages to serve: until then there is nothing that a cycle should make way for. */
  readonly hasPages: () => boolean;
  readonly onMessage: (message: FromPipeline) => void;
  /** It ended though nobody stopped it. It is started again but where the next try would end alike. */
  readonly onExit: (detail: string) => void;
  /** The store or the configuration is not to be worked with, as it has said itself. */
  readonly onGivenUp: () => void;
};

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const RESTART_AFTER_MS = 2000;
const KILL_AFTER_MS = 4000;

/**
 * At low priority before its first instruction, so that every thread it will have inherits that: on Linux a
 * priority is a thread's, and what the child sets later is its main thread's alone, not that of the garbage
 * collector's.
 */
function yieldToAnswers({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It is gone already, which its exit tells.
  }
}

export function startPipelineProcess(options: PipelineProcessOptions): PipelineProcess {
  let stopping = false;
  let child: ChildProcess | undefined;
  let restart: NodeJS.Timeout | undefined;
  let ended: Promise<void> = Promise.resolve();

  const start = (): void => {
    const started = fork(MAIN, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
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
      // A child that is just starting again begins with a full cycle, which sees the change anyway.
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
