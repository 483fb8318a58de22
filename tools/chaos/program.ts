/** What `test:chaos` may be told on the command line. */
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command, Option } from "commander";
import { KINDS, type Kind } from "./kinds.ts";

export type ChaosOptions = {
  readonly seed: number;
  readonly kills: number;
  readonly only?: Kind;
  readonly json: boolean;
  readonly verbose: boolean;
};

const MAX_KILLS = 5000;

export function chaosProgram(): Command {
  const program = new Command("test:chaos")
    .description(
      "Kills and fails what stands between a 202 and a profile, and counts what was lost or doubled.",
    )
    .addOption(
      new Option("--seed <n>", "of the plan and every draw")
        .argParser(wholeNumber(0, 2 ** 31 - 1))
        .default(Date.now() % 1_000_000, "drawn from the clock"),
    )
    .option("--kills <n>", "kill points", wholeNumber(1, MAX_KILLS), 200)
    .addOption(new Option("--only <kind>", "this kind alone").choices(Object.keys(KINDS)))
    .option("--json", "print the result as JSON", false)
    .option("--verbose", "name each kill point as it is reached", false)
    .addHelpText(
      "after",
      "\nExit codes: 0 nothing lost, nothing doubled; 1 something was, or the test could not be run; 2 wrong use.",
    );
  return exitOnUsageError(program);
}
