/** When `start` is to stop: on a signal, or when the package manager that runs it is gone. */
import { isatty } from "node:tty";
import { isAlive, launchers } from "./launchers.ts";

const LOOK_EVERY_MS = 500;

/**
 * Resolves on SIGINT and SIGTERM. npx passes on no signal that ends it, so its end counts as one.
 *
 * SIGHUP says that the terminal has gone. Whoever has none (`nohup`, or in the background of a script) goes on, even when npx does not
 * survive it: Node forgets that `nohup` has it ignore the signal, so the missing terminal is what tells.
 */
export function onInterrupt(): Promise<void> {
  const hasTerminal = [0, 1, 2].some((descriptor) => isatty(descriptor));
  let watched = process.env["npm_lifecycle_event"] === undefined ? [] : launchers();
  return new Promise<void>((resolve) => {
    const stop = (): void => {
      clearInterval(looking);
      resolve();
    };
    let goneBefore = false;
    const looking = setInterval(() => {
      const gone = !watched.every(isAlive);
      // At the second look: a hangup that ended npx reaches us a moment later.
      if (gone && goneBefore) stop();
      goneBefore = gone;
    }, LOOK_EVERY_MS).unref();
    process.on("SIGINT", stop);
    process.on("SIGTERM", stop);
    process.on("SIGHUP", () => {
      if (hasTerminal) stop();
      else watched = [];
    });
  });
}
