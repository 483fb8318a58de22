/** Runs a command of the project in its own process; `output` is everything that it printed. */
import { join } from "node:path";
import { REPOSITORY, TOKENS } from "@spillway/cli/test/start-spillway.ts";
import { run } from "@spillway/kit/processes/run.ts";

export async function runProcess(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  const { code, stdout, stderr } = await run({
    args: ["--disable-warning=ExperimentalWarning", join(REPOSITORY, script), ...args],
    environment: { ...TOKENS, ...environment },
    inheritEnvironment: false,
  });
  return { code, output: stdout + stderr };
}
