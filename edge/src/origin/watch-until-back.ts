/** Waits until the origin is back: one look a second, shared by all who wait. Pure. */

export type WatchDeps = {
  /** True when the origin answers, such as a {@link sharedLook}. Must not reject. */
  readonly look: () => Promise<boolean>;
  readonly clock: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
};

const LOOK_EVERY_MS = 1000;
/** Below the 30 s for which an isolate may wait behind its response. */
const HOLD_MS = 20_000;

/** One look a second at most, whoever asks. */
export function sharedLook(look: () => Promise<boolean>, clock: () => number): () => Promise<boolean> {
  let latest = Promise.resolve(false);
  let lookedMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock();
    // The clock may be set back.
    if (Math.abs(nowMs - lookedMs) >= LOOK_EVERY_MS) {
      lookedMs = nowMs;
      latest = look();
    }
    return latest;
  };
}

/** The function resolves as soon as the origin answers, or with `away` when it has not for a while. */
export function createWatch({ look, clock, sleep }: WatchDeps): () => Promise<"back" | "away"> {
  return async () => {
    const untilMs = clock() + HOLD_MS;
    for (;;) {
      if (await look()) return "back";
      if (clock() >= untilMs) return "away";
      await sleep(LOOK_EVERY_MS);
    }
  };
}
