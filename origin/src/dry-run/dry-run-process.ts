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
/** A sample of a week is read in less, on a machine that does little else. */
const DEADLINE_MS = 60_000;

export function createDryRunner(databasePath: string): DryRunner {
  const { run, stop } = createBackgroundProcess<AskedOfProcess, DryRunResult>(MAIN, DEADLINE_MS);
  return { run: (question, how) => run({ ...question, databasePath }, how), stop };
}
