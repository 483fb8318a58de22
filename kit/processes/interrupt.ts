/**
 * Ctrl-C and its like, as the abort of a run: whoever awaits throws {@link Interrupted}, and cleans up on the
 * way out.
 */

/** Shells give this code for Ctrl-C. */
export const EXIT_INTERRUPTED = 130;

export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Such a signal aborts `controller` instead of ending the process, until the returned function is called. */
export function abortOnInterrupt(controller: AbortController): () => void {
  const abort = (signal: NodeJS.Signals): void => controller.abort(new Interrupted(`stopped by ${signal}`));
  for (const signal of SIGNALS) process.on(signal, abort);
  return () => {
    for (const signal of SIGNALS) process.off(signal, abort);
  };
}

/**
 * Makes something without the signal handlers that it installs. Miniflare's end the process at once, clean-up
 * or not; it still kills workerd when the process exits.
 */
export function withoutSignalHandlers<Made>(make: () => Made): Made {
  const known = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) if (!known.has(listener)) process.off(signal, listener);
  }
  return made;
}
