/** Detects that `start` must stop: on a signal, or when the package manager that runs it has ended. */
import { isatty } from "node:tty";
import { isAlive, launchers } from "./launchers.ts";

const CHECK_EVERY_MS = 500;

/**
 * Resolves on SIGINT and SIGTERM. npx does not pass on the signal that ends it, so its end counts as a
 * signal.
 *
 * SIGHUP means that the terminal was closed. A process without a terminal (under `nohup`, or in the
 * background of a script) continues, even when SIGHUP ends npx. The missing terminal is the only evidence of
 * `nohup`, because Node resets the ignored signal.
 */
export function onInterrupt(): Promise<void> {
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  let watched = process.env["npm_lifecycle_event"] === undefined ? [] : launchers();
  return new Promise<void>((resolve) => {
    const stop = (): void => {
      clearInterval(checking);
      resolve();
    };
    let wereGone = false;
    const checking = setInterval(() => {
      const areGone = !watched.every(isAlive);
      // Only the second check counts, because the SIGHUP that ended npx may reach us a moment later.
      if (areGone && wereGone) stop();
      wereGone = areGone;
    }, CHECK_EVERY_MS).unref();
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    process.on("SIGHUP", () => {
      if (hasTerminal) stop();
      else watched = [];
    });
  });
}
