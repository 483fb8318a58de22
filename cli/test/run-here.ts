/**
 * Runs `spillway` in the test's own process, which spares the second that a process takes to start: for tests
 * of what commands do. How they end and print as processes, others test (`run-command.ts`).
 */
import { format } from "node:util";
import { vi } from "vitest";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { endingOf } from "@spillway/origin/exit.ts";
import { nameWriter } from "../src/name-writer.ts";
import { spillwayProgram } from "../src/program.ts";
import type { CommandRun } from "./run-command.ts";

class Exit extends Error {
  override readonly name = "Exit";
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: what is printed, the environment and the exit code are the process's. */
export function runHere(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const running = last.then(() => runAlone(args, environment));
  last = running.catch(() => undefined);
  return running;
}

async function runAlone(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  const printed = { stdout: "", stderr: "" };
  const line =
    (stream: keyof typeof printed) =>
    (...values: unknown[]): void =>
      void (printed[stream] += `${format(...values)}\n`);
  const write =
    (stream: keyof typeof printed) =>
    (text: string | Uint8Array): boolean => {
      printed[stream] += String(text);
      return true;
    };
  const replaced = [
    vi.spyOn(console, "log").mockImplementation(line("stdout")),
    vi.spyOn(console, "error").mockImplementation(line("stderr")),
    vi.spyOn(process.stdout, "write").mockImplementation(write("stdout")),
    vi.spyOn(process.stderr, "write").mockImplementation(write("stderr")),
    vi.spyOn(process, "exit").mockImplementation((code) => {
      throw new Exit(Number(code ?? 0));
    }),
  ];
  const { env } = process;
  process.env = { PATH: env["PATH"], ...environment };
  process.exitCode = undefined;
  try {
    return { code: await codeOf(args), ...printed };
  } finally {
    for (const one of replaced) one.mockRestore();
    process.env = env;
    process.exitCode = undefined;
  }
}

async function codeOf(args: readonly string[]): Promise<number> {
  try {
    const program = exitOnUsageError(await spillwayProgram(args[0]));
    await program.parseAsync(args, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Exit) return error.code;
    const { text, code } = endingOf(error, nameWriter);
    console.error(text);
    return code;
  }
}
