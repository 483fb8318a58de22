/** A process that is killed and started again, at the same address each time. */
import type { ChildProcess } from "./child-process.ts";
import type { Patience } from "./until.ts";
import { untilReady } from "./until-ready.ts";

export type RestartableProcess = {
  /** 0 before the first start. */
  readonly pid: () => number;
  /** `kill -9` of the process alone, as a crash would be. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Resolves when it is ready; throws with what it printed when it does not get there. */
  readonly start: () => Promise<void>;
};

export function createRestartableProcess(options: {
  readonly name: string;
  readonly start: () => ChildProcess;
  /** What it throws counts as not yet. */
  readonly isReady: () => Promise<boolean>;
  readonly patience: Patience;
}): RestartableProcess {
  const { name, start, isReady, patience } = options;
  let current: ChildProcess | undefined;
  return {
    pid: () => current?.pid ?? 0,
    kill: async () => current?.kill(),
    start: async () => {
      current = start();
      await untilReady(name, current, isReady, patience);
    },
  };
}
