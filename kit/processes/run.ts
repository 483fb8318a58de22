/** Runs a command to its end, as a user would. */
import { execa } from "execa";

export type Ran = {
  /** The exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunOptions = {
  /** The Node that runs us, where there is none. */
  readonly command?: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** False: our own environment is not passed on, but for PATH. */
  readonly inheritEnvironment?: boolean;
  readonly directory?: string;
};

/** Reports of the tools are tens of megabytes. */
const MAX_OUTPUT_CHARACTERS = 1 << 29;

/** An exit code other than 0 is a result as well; throws when the command could not be started. */
export async function run(options: RunOptions): Promise<Ran> {
  const { command = process.execPath, args, environment, inheritEnvironment = true, directory } = options;
  const result = await execa(command, args, {
    env: inheritEnvironment ? { ...environment } : { PATH: process.env["PATH"], ...environment },
    extendEnv: inheritEnvironment,
    ...(directory === undefined ? {} : { cwd: directory }),
    stdin: "ignore",
    stripFinalNewline: false,
    maxBuffer: MAX_OUTPUT_CHARACTERS,
    reject: false,
  });
  const { exitCode, stdout, stderr, shortMessage } = result;
  if (exitCode === undefined && result.signal === undefined) throw new Error(shortMessage, { cause: result });
  return { code: exitCode, stdout, stderr };
}

/** Throws with what the command printed where it ended otherwise than with 0. */
export async function runOk(options: RunOptions): Promise<Ran> {
  const ran = await run(options);
  if (ran.code === 0) return ran;
  const command = [options.command ?? "node", ...options.args].join(" ");
  throw new Error(`${command} ended with ${ran.code ?? "a signal"}:\n${ran.stderr}${ran.stdout}`.trim());
}
