/**
 * Runs a dry run in a child process at low priority, so that it never slows an answer: a hundred thousand
 * tuples take a second of processor time.
 */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { yieldToAnswers } from "../yield-to-answers.ts";
import type { AskedOfProcess, DryRunAnswer, DryRunQuestion } from "./messages.ts";

export type DryRunner = {
  /** One at a time: `busy` while another one runs. Never rejects. */
  readonly run: (question: DryRunQuestion) => Promise<DryRunAnswer | { readonly kind: "busy" }>;
  readonly stop: () => void;
};

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
/** A sample of a week is read in less, on a machine that does little else. */
const DEADLINE_MS = 60_000;

export function createDryRunner(databasePath: string): DryRunner {
  let end: ((reason: string) => void) | undefined;
  return {
    run: async (question) => {
      if (end !== undefined) return { kind: "busy" };
      try {
        return await new Promise<DryRunAnswer>((resolve) => {
          const child = fork(MAIN, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
          const fail = (reason: string): void => {
            child.kill("SIGKILL");
            resolve({ kind: "failed", reason });
          };
          end = fail;
          yieldToAnswers(child);
          const deadline = setTimeout(() => fail(`it took more than ${DEADLINE_MS / 1000} s`), DEADLINE_MS);
          child.on("message", (answer: DryRunAnswer) => resolve(answer));
          child.on("error", (error) => fail(error.message));
          child.on("exit", (code, signal) => {
            clearTimeout(deadline);
            resolve({ kind: "failed", reason: `its process ended (${signal ?? `exit code ${code}`})` });
          });
          child.send({ ...question, databasePath } satisfies AskedOfProcess);
        });
      } finally {
        end = undefined;
      }
    },
    stop: () => end?.("the origin ends"),
  };
}
