/**
 * Child processes: each in a group of its own, so that it can be stopped with everything that it has started.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { execa } from "execa";
import { onExit } from "signal-exit";
import { endWithParent } from "./end-with-parent.ts";

export type ChildProcess = {
  /** 0 when it could not be started. */
  readonly pid: number;
  /**
   * Resolves when the process is gone, with its exit code, its signal, or why it could not be started. Never
   * rejects.
   */
  readonly ended: Promise<number | string>;
  /** The last of what it printed, standard output and standard error together. */
  readonly output: () => string;
  /** Asks the whole group to end, and kills what is left of it after the grace. May be called again. */
  readonly stop: () => Promise<void>;
  /**
   * `kill -9` of this process alone, as a crash would be: what it has started lives on. Resolves when it is
   * gone.
   */
  readonly kill: () => Promise<void>;
};

export type ChildProcessOptions = {
  /** The Node that runs us, where there is none. */
  readonly command?: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** False: our own environment is not passed on, but for PATH. */
  readonly inheritEnvironment?: boolean;
  readonly directory?: string;
  /** Gets each line that it prints. */
  readonly onLine?: (line: string) => void;
  /** How many characters of its output are remembered. */
  readonly outputCharacters?: number;
  readonly stopSignal?: "SIGINT" | "SIGTERM";
  readonly graceMs?: number;
  /** True: the group also ends when we are killed with SIGKILL. This needs one more process and a shell. */
  readonly endsWithParent?: boolean;
};

const OUTPUT_CHARACTERS = 4000;
const GRACE_MS = 5000;

/** The groups of all children that still run. */
const groups = new Set<number>();
let isWatching = false;

export function startProcess(options: ChildProcessOptions): ChildProcess {
  const { inheritEnvironment = true, environment, directory } = options;
  const { stopSignal = "SIGINT", graceMs = GRACE_MS, endsWithParent = false } = options;
  const { command, args } = commandOf(options, graceMs);
  const child = execa(command, args, {
    env: inheritEnvironment ? { ...environment } : { PATH: process.env["PATH"], ...environment },
    extendEnv: inheritEnvironment,
    ...(directory === undefined ? {} : { cwd: directory }),
    stdin: endsWithParent ? "pipe" : "ignore",
    all: true,
    buffer: false,
    reject: false,
    // A Ctrl-C in the terminal must reach us alone: we stop our children in order.
    detached: true,
  });
  // The watcher may close its end of the pipe before we close ours.
  child.stdin?.on("error", () => undefined);
  const { pid } = child;
  const output = readOutput(child.all, options);
  if (pid === undefined) {
    const ended = child.then(({ shortMessage }) => shortMessage ?? "could not be started");
    return { pid: 0, ended, output, stop: () => Promise.resolve(), kill: () => Promise.resolve() };
  }
  killAtExit(pid);
  // Not when its output is closed, as execa has it: what it has started may hold that open.
  const ended = new Promise<number | string>((resolve) => {
    child.nodeChildProcess.once("exit", (code, signal) => resolve(code ?? signal ?? 1));
  });
  return {
    pid,
    ended,
    output,
    stop: async () => {
      signalGroup(pid, stopSignal);
      const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
      // Whatever the process has left behind in its group.
      signalGroup(pid, "SIGKILL");
      groups.delete(pid);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
      groups.delete(pid);
    },
  };
}

function commandOf(options: ChildProcessOptions, graceMs: number) {
  const { command = process.execPath, args, endsWithParent = false } = options;
  return endsWithParent ? endWithParent(command, args, graceMs) : { command, args };
}

function readOutput(
  stream: Readable,
  { onLine, outputCharacters = OUTPUT_CHARACTERS }: ChildProcessOptions,
): () => string {
  let output = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => (output = (output + text).slice(-outputCharacters)));
  if (onLine !== undefined) createInterface({ input: stream }).on("line", onLine);
  return () => output.trim();
}

/** No child outlives us, whichever way we end, `kill -9` apart. */
function killAtExit(group: number): void {
  groups.add(group);
  if (isWatching) return;
  isWatching = true;
  onExit(() => {
    for (const one of groups) signalGroup(one, "SIGKILL");
  });
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
