/**
 * Runs a dry run in a child process at low priority, so that it never slows an answer: a hundred thousand
 * tuples take a second of processor time.
 */
import { fileURLToPath } from "node:url";
import type { DryRunResult } from "@spillway/simulation/dry-run/result.ts";
import { createBackgroundProcess, type BackgroundProcess } from "../background/background-process.ts";
import type { AskedOfProcess, DryRunQuestion } from "./messages.ts";

/** One at a time: `busy` while another one runs. */
export type DryRunner = BackgroundProcess<DryRunQuestion, DryRunResult>;

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
/**
 * A hundred thousand tuples are two seconds of processor time, for which a child of low priority may wait on a
 * busy machine. The console waits two minutes.
 */
const DEADLINE_MS = 110_000;

export function createDryRunner(databasePath: string): DryRunner {
  const { run, stop } = createBackgroundProcess<AskedOfProcess, DryRunResult>(MAIN, DEADLINE_MS);
  return { run: (question, how) => run({ ...question, databasePath }, how), stop };
}
