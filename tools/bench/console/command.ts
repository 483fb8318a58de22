/** `pnpm bench console`: what open consoles cost the origin, and what a console's page costs who looks at it. */
import { Command } from "commander";
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import type { ConsoleBenchOptions } from "./bench-console.ts";

export function consoleCommand(): Command {
  return new Command("console")
    .description(
      "a real origin: individual answers beside open consoles and beside dry runs, the console's first screen, and a page that stays open",
    )
    .option("--items <n>", "of the catalogue", wholeNumber(100, 200_000), 5000)
    .option("--users <n>", "of the audience", wholeNumber(100, 1_000_000), 5000)
    .option("--history <n>", "items in each user's history", wholeNumber(1, 1000), 100)
    .option("--consoles <n>", "open at once", wholeNumber(1, 1000), 20)
    .option("--rate <n>", "individual answers a second", wholeNumber(1, 2000), 100)
    .option("--rounds <n>", "alone and beside by turns; 0: none", wholeNumber(0, 1000), 20)
    .option("--window <s>", "seconds of each measurement", wholeNumber(1, 600), 4)
    .option("--tuples <n>", "of the sample that dry runs replay; 0: none", wholeNumber(0, 1_000_000), 100_000)
    .option("--loads <n>", "how often the first screen is opened; 0: never", wholeNumber(0, 100), 7)
    .option("--seconds <n>", "a page stays open; 0: none", wholeNumber(0, 86_400), 180)
    .option("--speed <n>", "times as fast as a page's own timers; 1: a real page's", numberBetween(1, 50), 20)
    .option("--samples <n>", "of the page's heap in that time", wholeNumber(3, 1000), 18)
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nA console asks once a second: at 20 times the speed, three minutes are as many turns as an hour has. The real hour: --seconds 3600 --speed 1.\n" +
        "Exit codes: 0 measured; 1 an answer was not an individual one, or a server or Chromium could not be started.",
    )
    .action(async ({ json, ...options }: ConsoleBenchOptions & { json?: true }) => {
      // The origin's modules take a second to load: not for --help, nor for another benchmark.
      const [{ benchConsole }, { describe }] = await Promise.all([
        import("./bench-console.ts"),
        import("./describe.ts"),
      ]);
      const bench = await benchConsole(options, (line) => console.error(line));
      console.log(json === true ? JSON.stringify(bench) : describe(bench));
    });
}
