/** What `test:fuzz` may be told on the command line. */
import { wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { TARGETS, type FuzzOptions, type Target } from "./fuzz/contract.ts";

export type FuzzProgramOptions = {
  readonly seed: number;
  readonly seconds?: number;
  readonly requests?: number;
  readonly documents?: number;
  readonly replies?: number;
  readonly viewers?: number;
  readonly parsers?: number;
  readonly only?: FuzzOptions["only"];
  readonly json: boolean;
};

const MAX_CASES = 1_000_000_000;
const DEFAULT_SECONDS = 60;

export function fuzzProgram(): Command {
  const count = wholeNumber(0, MAX_CASES);
  const program = new Command("test:fuzz")
    .description(
      "Feeds mutations of real requests, documents, replies and files to the code that takes them.",
    )
    .addOption(
      new Option("--seed <n>", "of every draw")
        .argParser(wholeNumber(0, 2 ** 31 - 1))
        .default(Date.now() % 1_000_000, "drawn from the clock"),
    )
    .option(
      "--seconds <n>",
      `for all targets together; without it and without a count ${DEFAULT_SECONDS}`,
      wholeNumber(1, 604_800),
    )
    .option("--requests <n>", "requests to the edge", count)
    .option("--documents <n>", "documents and pages in KV", count)
    .option("--replies <n>", "replies of the origin", count)
    .option("--viewers <n>", "viewer cookies, where pages are tailored", count)
    .option("--parsers <n>", "inputs to the parsers of what others write", count)
    .addOption(new Option("--only <target:case>", "one case alone, as a find names it").argParser(parseCase))
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      "\nCounts name the targets that are run; without one, all are. The same seed makes the same cases.\n" +
        "\nExit codes: 0 nothing found; 1 something was, or the test could not be run; 2 wrong use.",
    );
  return exitOnUsageError(program);
}

function parseCase(text: string): NonNullable<FuzzOptions["only"]> {
  const [name, number, ...more] = text.split(":");
  const target = TARGETS.find((known) => known === name);
  if (target === undefined || !/^\d{1,12}$/.test(number ?? "") || more.length > 0) {
    throw new InvalidArgumentError(`must be one of ${TARGETS.join(", ")}, a colon and the case's number.`);
  }
  return { target, at: Number(number) };
}

/** Which targets are run, for how long and how often. */
export function planOf(options: FuzzProgramOptions): Pick<FuzzOptions, "counts" | "seconds"> {
  const named = TARGETS.flatMap((target): (readonly [Target, number])[] => {
    const wanted = options[target];
    return wanted === undefined ? [] : [[target, wanted]];
  });
  if (named.length > 0) return { counts: Object.fromEntries(named), seconds: options.seconds };
  const all = TARGETS.map((target) => [target, MAX_CASES] as const);
  return { counts: Object.fromEntries(all), seconds: options.seconds ?? DEFAULT_SECONDS };
}
