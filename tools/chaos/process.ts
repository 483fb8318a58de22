/** A process that may be killed at any moment, and is gone when we are. */
import { spawn, type ChildProcess } from "node:child_process";

export type Process = {
  readonly pid: number;
  /** `kill -9`; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** The last of what it printed. */
  readonly said: () => string;
};

const REMEMBERED_CHARACTERS = 4000;

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function startProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Process {
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => (said = (said + String(chunk)).slice(-REMEMBERED_CHARACTERS)));
  }
  const ended = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      said += error.message;
      resolve();
    });
    child.on("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    said: () => said.trim(),
  };
}
