/** Child processes of `start`: their output with their name before it, stopped clean, and ended even when `start` is killed. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export type Child = {
  readonly exited: Promise<number | string>;
  /** When it last printed a line; at first when it was started. */
  readonly lastHeardMs: () => number;
  /** SIGINT, then SIGKILL after five seconds. Resolves when the process is gone. */
  readonly stop: () => Promise<void>;
};

const KILL_AFTER_MS = 5000;

/**
 * Runs a command with a guard in the same process group. The guard waits for the end of its standard input, a pipe that `start`
 * alone holds open: it ends the group, however `start` has ended. It ignores the signals that it sends.
 */
const GUARDED = `
exec 3<&0 </dev/null
(
  trap '' INT TERM HUP
  read -r _ <&3
  kill -INT 0
  sleep ${KILL_AFTER_MS / 1000}
  kill -KILL 0
) >/dev/null 2>&1 &
exec "$@" 3<&-`;

export function startChild(
  name: string,
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Child {
  // A group of its own: a Ctrl-C in the terminal reaches `start` alone, which then stops its children in order.
  const child = spawn("sh", ["-c", GUARDED, name, command, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  // The guard may be gone before its pipe is closed.
  child.stdin.on("error", () => undefined);
  let heardMs = Date.now();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      heardMs = Date.now();
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
    lastHeardMs: () => heardMs,
    stop: async () => {
      if (!ended) signalGroup("SIGINT");
      const timer = setTimeout(() => signalGroup("SIGKILL"), KILL_AFTER_MS);
      await exited;
      clearTimeout(timer);
      // The guard, and whatever the process has left behind in its group.
      signalGroup("SIGKILL");
    },
  };
}
