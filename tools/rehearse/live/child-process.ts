/** A child process of a rehearsal: in a group of its own, stopped with all that it has started, and waited for. */
import { spawn } from "node:child_process";

export type ChildProcess = {
  /** Resolves when it has ended, with its exit code or signal. */
  readonly ended: Promise<number | string>;
  /** The last of what it printed. */
  readonly said: () => string;
  /** SIGINT, then SIGKILL after five seconds. Resolves when the process is gone; may be called again. */
  readonly stop: () => Promise<void>;
};

const KILL_AFTER_MS = 5000;
const REMEMBERED_CHARACTERS = 4000;

/** Runs `args` under the Node that runs us. */
export function startNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  // A group of its own: Ctrl-C in a terminal must reach the rehearsal alone, which then stops its children in order.
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => (said = (said + String(chunk)).slice(-REMEMBERED_CHARACTERS)));
  }
  const ended = new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code ?? signal ?? 1));
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
    ended,
    said: () => said.trim(),
    stop: async () => {
      signalGroup("SIGINT");
      const timer = setTimeout(() => signalGroup("SIGKILL"), KILL_AFTER_MS);
      await ended;
      clearTimeout(timer);
      // Whatever the process has left behind in its group.
      signalGroup("SIGKILL");
    },
  };
}
