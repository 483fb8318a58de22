/** One value of a slow store, held in memory: it is given at once, and refreshed behind the response. */
import { orLate } from "../or-late.ts";
import type { MaybePromise } from "../maybe-promise.ts";
import type { RequestContext } from "../request/request-context.ts";

export type Loaded<Value> =
  | { readonly kind: "loaded"; readonly value: Value }
  /** The store has no such value, or cannot be read. The value in memory stays. */
  | { readonly kind: "unknown" };

export type RefreshedValue<Value> = {
  /** The newest good value so far. */
  readonly current: () => Value | undefined;
  /**
   * The newest good value. It waits for the store only on the first read, and on a read after a whole cycle
   * without one: at most `waitMs`, or `coldWaitMs` where there is no value yet. While the store does not
   * answer, nobody waits a second time. It is a promise only for who waits.
   */
  readonly read: (
    requestContext: RequestContext,
    waitMs: number,
    coldWaitMs?: number,
  ) => MaybePromise<Value | undefined>;
  /**
   * For whom waiting costs nobody a page: the reading that is on its way is waited for, at most `waitMs`,
   * also where others have stopped waiting. It starts none.
   */
  readonly arrival: (waitMs: number) => MaybePromise<Value | undefined>;
};

/**
 * `load` gets the value in memory and must not reject. It is called at most once in half a cycle. With steady
 * traffic no request waits, and what is served is never older than a cycle.
 */
export function createRefreshedValue<Value>(
  load: (known: Value | undefined) => Promise<Loaded<Value>>,
  cycleMs: number,
): RefreshedValue<Value> {
  let value: Value | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> = Promise.resolve();
  let waitersUntilMs = Number.NEGATIVE_INFINITY;
  let turns = 0;
  let settledTurn = 0;

  const refresh = async (turn: number): Promise<void> => {
    const loaded = await load(value);
    // A slow load may end after its successor. A load whose request was cancelled never ends.
    if (turn < settledTurn) return;
    settledTurn = turn;
    if (loaded.kind === "loaded") value = loaded.value;
  };

  return {
    current: () => value,
    read: ({ nowMs, waitUntil }, waitMs, coldWaitMs = waitMs) => {
      const sinceMs = nowMs - askedMs;
      if (sinceMs >= cycleMs / 2) {
        turns += 1;
        askedMs = nowMs;
        loading = refresh(turns);
        waitUntil(loading);
        waitersUntilMs = sinceMs >= cycleMs ? nowMs + (value === undefined ? coldWaitMs : waitMs) : nowMs;
      }
      // Requests that arrive while the first one waits, wait until the same time.
      const leftMs = waitersUntilMs - nowMs;
      if (settledTurn === turns || leftMs <= 0) return value;
      return orLate(loading, leftMs, undefined).then(() => value);
    },
    arrival: (waitMs) =>
      settledTurn === turns ? value : orLate(loading, waitMs, undefined).then(() => value),
  };
}
