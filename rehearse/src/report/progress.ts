/** A progress bar on stderr, for loops that call it often; without a terminal it stays silent. */
import { SingleBar } from "cli-progress";

export type Progress = {
  readonly update: (done: number, total: number, note?: string) => void;
  readonly stop: () => void;
};

const REDRAW_MS = 100;

export function createProgress(label: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    format: `${label} {bar} {percentage} % {note}`,
    hideCursor: true,
    stream: process.stderr,
    clearOnComplete: true,
  });
  let drawnMs = Number.NEGATIVE_INFINITY;
  let started = false;
  return {
    update: (done, total, note = "") => {
      const nowMs = performance.now();
      if (nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      if (!started) bar.start(total, done, { note });
      started = true;
      bar.setTotal(total);
      bar.update(done, { note });
    },
    stop: () => bar.stop(),
  };
}
