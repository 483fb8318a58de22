/** Waits for something that takes its time, such as a process that starts. */
import { setTimeout as sleep } from "node:timers/promises";

const ASK_EVERY_MS = 100;

export type Patience = {
  readonly withinMs: number;
  readonly everyMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Asks until the answer is true; what `ask` throws counts as not yet. Throws after `withinMs`, or when
 * aborted.
 */
export async function until(
  what: string,
  ask: () => boolean | Promise<boolean>,
  { withinMs, everyMs = ASK_EVERY_MS, signal }: Patience,
): Promise<void> {
  const endMs = performance.now() + withinMs;
  let last = "";
  while (performance.now() < endMs) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = `: ${String(error)}`;
    }
    await sleep(everyMs, undefined, { signal });
  }
  throw new Error(`not within ${withinMs / 1000} s: ${what}${last}`);
}
