/**
 * The origin's pipelines: its child, and those that a killed origin has left behind, which end their cycle
 * before they go.
 */
import { readFileSync } from "node:fs";
import type { RestartableProcess } from "@spillway/kit/processes/restartable-process.ts";

export type Pipelines = {
  /** The origin, whose pipeline is remembered when it is killed. */
  readonly origin: RestartableProcess;
  /** `kill -9` to all; false when there is none. */
  readonly kill: () => boolean;
};

export function watchPipelines(origin: RestartableProcess): Pipelines {
  const known = new Set<number>();
  const remember = (): void => {
    for (const pid of childrenOf(origin.pid())) known.add(pid);
  };
  return {
    origin: {
      ...origin,
      kill: async () => {
        remember();
        await origin.kill();
      },
    },
    kill: () => {
      remember();
      const running = [...known].filter(isPipeline);
      for (const pid of running) process.kill(pid, "SIGKILL");
      known.clear();
      return running.length > 0;
    },
  };
}

function childrenOf(pid: number): number[] {
  return proc(`${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
}

/** Its number may be another process's by now. */
function isPipeline(pid: number): boolean {
  return proc(`${pid}/cmdline`).includes("origin/src/pipeline/process/main.ts");
}

/** Empty when the process is gone, or there is no /proc. */
function proc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8").trim();
  } catch {
    return "";
  }
}
