/** `pnpm spillway …`: the operator's and the engineer's commands. */
import { ConfigError } from "@spillway/origin/config.ts";
import { spillwayProgram } from "./program.ts";

try {
  await spillwayProgram().parseAsync();
} catch (error) {
  // What an operator can mend needs no stack; everything else is ours to mend and does.
  const known = error instanceof ConfigError || (error instanceof Error && "expected" in error);
  console.error(
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error),
  );
  process.exitCode = 2;
}
