/** `pnpm bench …`: the project's benchmarks, each against a baseline in the same run. */
import { printError } from "@spillway/kit/commands/usage.ts";
import { standWhereTheUserStands } from "@spillway/kit/commands/user-folder.ts";
import { benchProgram } from "./program.ts";

standWhereTheUserStands("bench");

try {
  await benchProgram().parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
