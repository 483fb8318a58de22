/** Computes an answer in a child process at low priority, so that it never slows what the origin serves. */
import { fork } from "node:child_process";
import { YIELDING, yieldToAnswers } from "../yield-to-answers.ts";
import type { BackgroundAnswer, BackgroundProgress, FromBackground } from "./messages.ts";

export type BackgroundRun = {
  /** Ends the process: the answer is `cancelled`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: BackgroundProgress) => void;
};

export type BackgroundProcess<Asked, Result> = {
  /** One at a time: `busy` while another one runs. Never rejects. */
  readonly run: (
    asked: Asked,
    run?: BackgroundRun,
  ) => Promise<BackgroundAnswer<Result> | { readonly kind: "busy" | "cancelled" }>;
  readonly stop: () => void;
};

const END_WITH_ORIGIN = new URL("end-with-origin.ts", import.meta.url).href;

/** `main` is the module that the child runs: it calls `answerOnce`. */
export function createBackgroundProcess<Asked extends object, Result>(
  main: string,
  deadlineMs: number,
): BackgroundProcess<Asked, Result> {
  type Ended = BackgroundAnswer<Result> | { readonly kind: "cancelled" };
  let end: ((how: Ended) => void) | undefined;
  const play = (asked: Asked, { signal, onProgress }: BackgroundRun) =>
    new Promise<Ended>((resolve) => {
      const child = fork(main, [String(process.pid)], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        execArgv: [...process.execArgv, "--import", END_WITH_ORIGIN],
        ...YIELDING,
      });
      const finish = (how: Ended): void => {
        clearTimeout(deadline);
        signal?.removeEventListener("abort", cancel);
        child.kill("SIGKILL");
        resolve(how);
      };
      const fail = (reason: string): void => finish({ kind: "failed", reason });
      const cancel = (): void => finish({ kind: "cancelled" });
      const deadline = setTimeout(() => fail(`it took more than ${deadlineMs / 1000} s`), deadlineMs);
      end = finish;
      yieldToAnswers(child);
      signal?.addEventListener("abort", cancel);
      child.on("message", (message: FromBackground<Result>) => {
        if (message.kind === "progress") onProgress?.(message);
        else finish(message);
      });
      child.on("error", (error) => fail(error.message));
      child.on("exit", (code, by) => fail(`its process ended (${by ?? `exit code ${code}`})`));
      child.send(asked);
    });
  return {
    run: async (asked, run = {}) => {
      if (run.signal?.aborted === true) return { kind: "cancelled" };
      if (end !== undefined) return { kind: "busy" };
      try {
        return await play(asked, run);
      } finally {
        end = undefined;
      }
    },
    stop: () => end?.({ kind: "failed", reason: "the origin ends" }),
  };
}
