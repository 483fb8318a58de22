/** How late the event loop runs: what a request waits before it is even looked at. */

const EVERY_MS = 20;

export type LoopDelay = {
  /** Longest since the last call, in ms. */
  readonly takeMaxMs: () => number;
  readonly stop: () => void;
};

/** A timer that should fire every 20 ms, and by how much it is late. */
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
