/** The entry point of `pnpm start`, which runs edge and origin on this machine. */
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { endingOf } from "@spillway/origin/exit.ts";
import { keepFilesPrivate } from "@spillway/store/folder/private-files.ts";
import { startProgram } from "./program.ts";
import { runStart } from "./run.ts";

keepFilesPrivate();

try {
  const { demo } = exitOnUsageError(startProgram()).parse().opts<{ demo: boolean }>();
  process.exitCode = await runStart({ demo });
} catch (error) {
  const { text, code } = endingOf(error);
  console.error(text);
  process.exit(code);
}
