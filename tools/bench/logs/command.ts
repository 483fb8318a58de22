/** `pnpm bench logs`: how fast logs of each format are read, beside rows of our own form as CSV. */
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { Command } from "commander";

type Options = { lines: number; rounds: number; seed: number; json: boolean };

export function logsCommand(): Command {
  return new Command("logs")
    .description("lines a second of each log format, and the ratio to the CSV reader in the same run")
    .option("--lines <n>", "of each log", wholeNumber(1000, 100_000_000), 500_000)
    .option("--rounds <n>", "of which the median counts", wholeNumber(1, 99), 3)
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 0xffffffff), 1)
    .option("--json", "print one JSON object", false)
    .addHelpText(
      "after",
      "\nNeeds about 2 GB in the temporary folder for a million lines. Exit codes: 0 measured, 1 not.",
    )
    .action(async ({ json, ...options }: Options) => {
      const { benchLogs, describe } = await import("./bench-logs.ts");
      const bench = await benchLogs(options);
      console.log(json ? JSON.stringify(bench) : describe(bench));
    });
}
