/** `pnpm bench …`: the project's benchmarks, each against a baseline in the same run. */
import { printError } from "@spillway/kit/commands/usage.ts";
import { benchProgram } from "./program.ts";

try {
  await benchProgram().parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = 1;
}
