/** Wrong use of a command: its message is all that the user needs, and the exit code is 2. */
import type { Command } from "commander";

/** Something that was asked for wrongly. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/**
 * Makes commander end with 2 where an option or argument is wrong, here and in all commands below; its own
 * code is 1.
 */
export function exitOnUsageError(command: Command): Command {
  for (const below of command.commands) exitOnUsageError(below);
  return command.exitOverride((error) => {
    // Help and version end here too, with 0.
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });
}

/** `isMendable`: the user can mend it, and needs no stack; everything else is a fault of ours. */
export function printError(error: unknown, isMendable = error instanceof UsageError): void {
  if (!(error instanceof Error)) console.error(String(error));
  else console.error(isMendable ? error.message : (error.stack ?? error.message));
}
