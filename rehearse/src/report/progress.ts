/** A progress bar on stderr, for loops that call it often; without a terminal it stays silent. */
import { SingleBar } from "cli-progress";

/** With `using`, it stops by itself, also when the work throws: a bar that runs keeps the process alive. */
export type Progress = Disposable & {
  readonly update: (done: number, total: number, note?: string) => void;
  readonly stop: () => void;
};

const REDRAW_MS = 100;

export function createProgress(label: string): Progress {
  if (!process.stderr.isTTY)
    return { update: () => undefined, stop: () => undefined, [Symbol.dispose]: () => undefined };
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    stream: process.stderr,
    clearOnComplete: true,
    // Ctrl-C must leave the terminal as it was: nothing to restore, and no handler, which a busy loop would never run.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  let drawnMs = Number.NEGATIVE_INFINITY;
  const stop = (): void => bar.stop();
  return {
    update: (done, total, note = "") => {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      if (drawnMs === Number.NEGATIVE_INFINITY) bar.start(total, done, { note });
      drawnMs = nowMs;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
