/** Waits for a child process until it does its work, and gives up as soon as it has ended. */
import type { ChildProcess } from "./child-process.ts";
import { until, type Patience } from "./until.ts";
import { reasonOf } from "../reason-of.ts";

/**
 * Resolves when `isReady`; what that throws counts as not yet. Throws with the end of the process's output
 * when the process ends first, or is not ready in time; throws the signal's reason when that aborts.
 */
export async function untilReady(
  name: string,
  child: ChildProcess,
  isReady: () => boolean | Promise<boolean>,
  { withinMs, everyMs, signal }: Patience,
): Promise<void> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const ready = until(`${name} is ready`, isReady, { withinMs, everyMs, signal: either });
  try {
    const end = await Promise.race([child.ended, ready]);
    if (end !== undefined) throw new Error(`${name} ended (${end})`);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = reasonOf(error);
    throw new Error([reason, child.output()].filter(Boolean).join("\n"), { cause: error });
  } finally {
    over.abort();
    ready.catch(() => undefined);
  }
}

/** True when a server answers at this URL, and with no error of its own. */
export async function isServing(url: string, signal?: AbortSignal): Promise<boolean> {
  const response = await fetch(url, signal === undefined ? {} : { signal });
  await response.arrayBuffer();
  return response.status < 500;
}
