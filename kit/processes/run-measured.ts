/** Runs a module under Node to its end, as a user would, and takes its time and its peak of memory. */
import { text } from "node:stream/consumers";
import { execa } from "execa";

export type MeasuredRun = {
  readonly stdout: string;
  readonly seconds: number;
  readonly peakMiB: number;
};

/** The process tells its own peak on a pipe of its own, as the last thing it does. */
const TELL_PEAK =
  'data:text/javascript,import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))';

/**
 * Its errors go to our own. Throws when it ends otherwise than with 0, and with the signal's reason when that
 * aborts.
 */
export async function runMeasured(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<MeasuredRun> {
  const startMs = performance.now();
  const child = execa(process.execPath, ["--import", TELL_PEAK, ...args], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
    buffer: false,
    reject: false,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  const [stdout, peak, { exitCode, signal: endedBy }] = await Promise.all([
    text(child.stdout),
    text(child.stdio[3]),
    child,
  ]);
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new Error(`node ${args.join(" ")} ended with ${exitCode ?? endedBy}`);
  return { stdout, seconds: (performance.now() - startMs) / 1000, peakMiB: Number(peak) / 1024 };
}
