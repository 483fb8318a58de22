/** Runs `spillway` in its own process, as an operator does. */
import { fileURLToPath } from "node:url";
import { run, type Ran as CommandRun } from "@spillway/kit/processes/run.ts";

export type { CommandRun };

const SPILLWAY = fileURLToPath(new URL("../src/main.ts", import.meta.url));

export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandRun> {
  return run({ args: [SPILLWAY, ...args], environment, inheritEnvironment: false });
}
