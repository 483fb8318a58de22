/**
 * `pnpm bench coverage`: a day of millions of users through the serving log, and its report against the
 * truth.
 */
import { Command } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { KEEP_OPTION } from "../work-folder.ts";

export function coverageCommand(): Command {
  return new Command("coverage")
    .description("a simulated day through the serving log: does its report equal the truth, and how fast")
    .option("--users <n>", "of the day", wholeNumber(1, 20_000_000), 3_000_000)
    .option("--calls <n>", "of the day, about", wholeNumber(1, 500_000_000), 50_000_000)
    .option("--isolates <n>", "at the edge, each with a report every 10 s", wholeNumber(1, 10_000), 100)
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 4_294_967_295), 1)
    .option(...KEEP_OPTION)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nAt full size it needs some 3 GB in the temporary folder, 1.5 GB of memory and ten minutes.\nExit codes: 0 the report equals the truth, 1 it does not, or nothing was measured.",
    )
    .action(
      async ({
        json,
        keep,
        ...options
      }: {
        users: number;
        calls: number;
        isolates: number;
        seed: number;
        keep?: string;
        json?: true;
      }) => {
        const { benchCoverage } = await import("./bench-coverage.ts");
        const { describe } = await import("./describe.ts");
        const bench = await benchCoverage({ ...options, keep });
        console.log(json === true ? JSON.stringify(bench) : describe(bench));
        if (bench.differences.length > 0) process.exitCode = 1;
      },
    );
}
