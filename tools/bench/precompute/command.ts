/**
 * `pnpm bench precompute`: what a refresh cycle costs for a million users, and what small changes cost after
 * it.
 */
import { Command } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";

export function precomputeCommand(): Command {
  return new Command("precompute")
    .description("refresh cycles on a synthetic platform: full, unchanged, one item changed, a steady day")
    .option(
      "--users <n>",
      "of the synthetic audience, with 30 plays each on average",
      wholeNumber(1, 20_000_000),
      1_000_000,
    )
    .option("--items <n>", "of the synthetic catalogue", wholeNumber(100, 200_000), 20_000)
    .option("--clusters <n>", "leaves of the cluster tree, at most", wholeNumber(1, 1000), 1000)
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 4_294_967_295), 1)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nNeeds about 1 GB in the temporary folder and some minutes. Exit codes: 0 measured, 1 not (a cycle failed, a page was stale, or an option is none).",
    )
    .action(
      async ({
        json,
        ...options
      }: {
        users: number;
        items: number;
        clusters: number;
        seed: number;
        json?: true;
      }) => {
        // The origin's modules take a second to load: not for --help, nor for another benchmark.
        const { benchPrecompute } = await import("./bench-precompute.ts");
        const { describe } = await import("./describe.ts");
        const bench = await benchPrecompute(options);
        console.log(json === true ? JSON.stringify(bench) : describe(bench));
      },
    );
}
