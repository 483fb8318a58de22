/** Exit codes of commands that can fail in more than one way: what was asked for wrongly ends with 2, not with 1. */
import type { Command } from "commander";

export const EXIT_USAGE = 2;

export function exitOnUsageError(command: Command): Command {
  return command.exitOverride((error) => {
    // Help and version end here too, with 0.
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });
}
