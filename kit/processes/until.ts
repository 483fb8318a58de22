/** Waits for something that takes its time, such as a process that starts. */
import { setTimeout as sleep } from "node:timers/promises";

const ASK_EVERY_MS = 100;

/** Asks until the answer is true; what `ask` throws counts as not yet. Throws after `withinMs`, or when aborted. */
export async function until(
  what: string,
  ask: () => Promise<boolean>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const endMs = performance.now() + withinMs;
  let last = "";
  while (performance.now() < endMs) {
    try {
      if (await ask()) return;
    } catch (error) {
      last = `: ${String(error)}`;
    }
    await sleep(ASK_EVERY_MS, undefined, { signal });
  }
  throw new Error(`not within ${withinMs / 1000} s: ${what}${last}`);
}
