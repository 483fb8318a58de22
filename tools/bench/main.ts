/** `pnpm bench …`: the project's benchmarks, each against a baseline in the same run. */
import { benchProgram } from "./program.ts";

try {
  await benchProgram().parseAsync();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
