/**
 * A progress bar on stderr, drawn five times a second however often it is called; without a terminal it stays
 * silent.
 */
import { SingleBar } from "cli-progress";

/** A bar that runs keeps the process alive. With `using` it stops by itself, also when the work throws. */
export type Progress = Disposable & {
  readonly update: (done: number, total: number, note?: string) => void;
  readonly stop: () => void;
};

export function createProgress(label: string): Progress {
  if (!process.stderr.isTTY)
    return { update: () => undefined, stop: () => undefined, [Symbol.dispose]: () => undefined };
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % {note}`,
    barCompleteChar: "█",
    barIncompleteChar: "░",
    stream: process.stderr,
    clearOnComplete: true,
    // Ctrl-C must leave the terminal as it was: nothing to restore, and no handler, which a busy loop would
    // never run.
    hideCursor: false,
    linewrap: true,
    gracefulExit: false,
  });
  let started = false;
  const stop = (): void => bar.stop();
  return {
    update: (done, total, note = "") => {
      if (!started) bar.start(total, done, { note });
      started = true;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
