/** Measures how late the event loop runs: so long a request waits before it is read. */

const EVERY_MS = 20;

export type LoopDelay = {
  /** Returns the longest delay since the last call. */
  readonly takeMaxMs: () => number;
  readonly stop: () => void;
};

/** A timer should fire every 20 ms; the delay is by how much it is late. */
export function createLoopDelay(monotonicMs: () => number): LoopDelay {
  let expectedMs = monotonicMs() + EVERY_MS;
  let maxMs = 0;
  const timer = setInterval(() => {
    const nowMs = monotonicMs();
    maxMs = Math.max(maxMs, nowMs - expectedMs);
    expectedMs = nowMs + EVERY_MS;
  }, EVERY_MS).unref();
  return {
    takeMaxMs: () => {
      const taken = maxMs;
      maxMs = 0;
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}
