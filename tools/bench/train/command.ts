/** `pnpm bench train`: what training the model costs, beside LAPACK. */
import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { TRAINERS } from "@spillway/model/trainers/choose-trainer.ts";
import type { TrainBench, TrainBenchOptions } from "./bench-train.ts";

type Given = Omit<TrainBenchOptions, "threads"> & { readonly threads?: number; readonly json?: true };

export function trainCommand(): Command {
  return new Command("train")
    .description("training on synthetic plays, and its inversion beside LAPACK's through OpenBLAS")
    .option("--items <n>", "titles of the catalogue", wholeNumber(2, 200_000), 3018)
    .option("--users <n>", "of the synthetic audience", wholeNumber(1, 20_000_000), 6000)
    .option("--mean-plays <n>", "of a user, about", wholeNumber(6, 10_000), 160)
    .option(
      "--lapack-items <n>",
      "titles whose matrix is inverted beside LAPACK, at most --items",
      wholeNumber(2, 20_000),
      3018,
    )
    .addOption(new Option("--trainer <name>", "as TRAINER sets it").choices(TRAINERS).default("auto"))
    .option("--rounds <n>", "both inversions by turns in each", wholeNumber(1, 100), 5)
    .option("--threads <n>", "of both; as many as there are processors", wholeNumber(1, 256))
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 4_294_967_295), 1)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nLAPACK is skipped, and that is said, without Debian's libopenblas0-pthread and python3. Exit codes: 0 measured; 1 not, or an option is none.",
    )
    .action(async ({ json, threads = availableParallelism(), ...options }: Given) => {
      const { benchTrain } = await import("./bench-train.ts");
      const lapackItems = Math.min(options.items, options.lapackItems);
      const bench = await benchTrain({ ...options, threads, lapackItems });
      console.log(json === true ? JSON.stringify(bench) : describe(bench));
    });
}

function describe({ items, users, plays, threads, rounds, inversion, training }: TrainBench): string {
  const { ease, lapack, ratio, cpuRatio } = inversion;
  return [
    `${items} titles, ${users} users, ${plays} plays; ${threads} threads`,
    "",
    `EASE's inversion, ${inversion.items} titles   ${took(ease)}`,
    "skipped" in lapack
      ? `LAPACK is skipped: ${lapack.skipped}`
      : `LAPACK's dpotrf and dpotri      ${took(lapack)}`,
    ...(ratio === undefined || cpuRatio === undefined
      ? []
      : [`ratio  ${ratio.toFixed(2)}, by processor time ${cpuRatio.toFixed(2)}   must ≤ 2, aim 1`]),
    "",
    `the whole training              ${took(training)}   expected ${training.expectedS.toFixed(1)} s`,
    `  ${training.trainer}: ${training.why}`,
    `  ${training.weights} weights; at most ${Math.round(training.peakRssMiB)} MiB of memory`,
    "",
    `Medians of ${rounds} rounds, both inversions by turns in each, after one of ours that does not count.`,
  ].join("\n");
}

function took({ s, cpuS }: { s: number; cpuS: number }): string {
  return `${s.toFixed(2).padStart(8)} s  ${cpuS.toFixed(2).padStart(8)} s of processor`;
}
