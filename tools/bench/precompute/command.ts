/**
 * `pnpm bench precompute`: what a refresh cycle costs for a million users, and what small changes cost after
 * it.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import type { TrainerSetting } from "@spillway/model/trainers/choose-trainer.ts";
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";

export function precomputeCommand(): Command {
  return new Command("precompute")
    .description("refresh cycles on a synthetic platform: full, unchanged, one item changed, a steady day")
    .option(
      "--users <n[,n...]>",
      "of the synthetic audience, with 30 plays each on average; several sizes give a curve",
      audienceSizes,
      [1_000_000],
    )
    .option("--items <n>", "of the synthetic catalogue", wholeNumber(100, 200_000), 20_000)
    .option("--clusters <n>", "leaves of the cluster tree, at most", wholeNumber(1, 1000), 1000)
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 4_294_967_295), 1)
    .option("--seeds <folder>", "keep the seeded stores there, and begin with them the next time")
    .addOption(
      new Option("--trainer <name>", "auto: by what it costs")
        .choices(["auto", "ease", "cosine"])
        .default("auto"),
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nNeeds about 0.7 GB in the temporary folder for a million users, and some minutes. Above two million users, 50,000 histories stand under many ids. Exit codes: 0 measured, 1 not (a cycle failed, a page was stale, or an option is none).",
    )
    .action(
      async ({
        json,
        users: sizes,
        ...options
      }: {
        users: readonly number[];
        items: number;
        clusters: number;
        seed: number;
        trainer: TrainerSetting;
        seeds?: string;
        json?: true;
      }) => {
        // The origin's modules take a second to load: not for --help, nor for another benchmark.
        const { benchCurve, benchPrecompute } = await import("./bench-precompute.ts");
        const { describe } = await import("./describe.ts");
        const [users, ...others] = sizes;
        if (users === undefined || others.length > 0) {
          const { describeCurve } = await import("./describe-curve.ts");
          const curve = await benchCurve(sizes, options);
          console.log(json === true ? JSON.stringify(curve) : describeCurve(curve));
          return;
        }
        const bench = await benchPrecompute({ ...options, users });
        console.log(json === true ? JSON.stringify(bench) : describe(bench));
      },
    );
}

const MOST_USERS = 20_000_000;

/** `1e5,1e6`: whole numbers, also as powers of ten. */
function audienceSizes(text: string): readonly number[] {
  return text.split(",").map((part) => {
    const size = /^\d+(e\d+)?$/.test(part) ? Number(part) : Number.NaN;
    if (!(size >= 1 && size <= MOST_USERS)) {
      throw new InvalidArgumentError(`${JSON.stringify(part)} is no whole number from 1 to ${MOST_USERS}.`);
    }
    return size;
  });
}
