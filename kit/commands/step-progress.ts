/**
 * Progress of work in several steps, on stderr: a bar for each on a terminal; elsewhere, in a log say, a line
 * when one begins.
 */
import { createProgress, type Progress } from "./progress.ts";

export type StepProgress = Disposable & {
  readonly update: (step: string, done: number, total: number) => void;
};

export function stepProgress(): StepProgress {
  let current: string | undefined;
  let bar: Progress | undefined;
  return {
    update: (step, done, total) => {
      if (step !== current) {
        current = step;
        bar?.stop();
        bar = createProgress(step);
        if (!process.stderr.isTTY) console.error(`${step} …`);
      }
      bar?.update(done, total);
    },
    [Symbol.dispose]: () => bar?.stop(),
  };
}
