/** Child processes of `start`: their output with their name before it, stopped clean and waited for. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { isAlive, launchers } from "./launchers.ts";

export type Child = {
  readonly exited: Promise<number | string>;
  /** SIGINT, then SIGKILL after five seconds. Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
};

const KILL_AFTER_MS = 5000;

export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Child {
  // A group of its own: a Ctrl-C in the terminal reaches `start` alone, which then stops its children in order.
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (line.trim() !== "") console.log(`[${name}] ${line}`);
    });
  }
  let ended = false;
  const exited = new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code ?? signal ?? 1));
  }).then((code) => {
    ended = true;
    return code;
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone already, which is what was wanted.
    }
  };
  return {
    exited,
    stop: async () => {
      if (!ended) signalGroup("SIGINT");
      const timer = setTimeout(() => signalGroup("SIGKILL"), KILL_AFTER_MS);
      await exited;
      clearTimeout(timer);
      // Whatever the process has left behind in its group.
      signalGroup("SIGKILL");
    },
  };
}

export type Interrupt = Promise<void> & { readonly done: () => boolean };

/**
 * Resolves on SIGINT, SIGTERM or SIGHUP, or when a package manager that started us is gone: not every one of them passes
 * on the signal that ended it.
 */
export function onInterrupt(): Interrupt {
  let done = false;
  const promise = new Promise<void>((resolve) => {
    const stop = (): void => {
      done = true;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
    if (process.env["npm_lifecycle_event"] !== undefined) {
      const chain = launchers();
      setInterval(() => {
        if (!chain.every(isAlive)) stop();
      }, 500).unref();
    }
  });
  return Object.assign(promise, { done: () => done });
}
