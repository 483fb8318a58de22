/** Progress on stderr: a bar for each step on a terminal; elsewhere, in a log say, a line when a step begins. */
import { createProgress, type Progress } from "@spillway/kit/charts/progress.ts";
import type { OnProgress } from "./evaluate.ts";

export function stepProgress(): Disposable & { readonly update: OnProgress } {
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
