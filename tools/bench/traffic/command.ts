/** `pnpm bench traffic`: the traffic report on a synthetic month with scrapers in it, against who is who. */
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { Command } from "commander";
import { KEEP_OPTION } from "../work-folder.ts";

type Options = { scale: number; seed: number; variants: boolean; keep?: string; json: boolean };

export function trafficCommand(): Command {
  return new Command("traffic")
    .description(
      "the traffic report on a mixed log of 30 nights: recall, false positives, step date, time, memory",
    )
    .option(
      "--scale <share>",
      "of 2.9 million viewers and 500,000 scraping ids",
      numberBetween(0.001, 1),
      0.1,
    )
    .option("--seed <n>", "of everything that is drawn", wholeNumber(0, 0xffffffff), 1)
    .option("--variants", "scrapers that evade one piece of evidence each, too", false)
    .option(...KEEP_OPTION)
    .option("--json", "print one JSON object", false)
    .addHelpText(
      "after",
      "\nNeeds about 2 GB in the temporary folder at a tenth. Exit codes: 0 measured, 1 not.",
    )
    .action(async ({ json, keep, ...options }: Options) => {
      const { benchTraffic } = await import("./bench-traffic.ts");
      const { describe } = await import("./describe.ts");
      const bench = await benchTraffic({ ...options, keep });
      console.log(json ? JSON.stringify(bench) : describe(bench));
    });
}
