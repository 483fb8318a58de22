/** What `rehearse` may be told on the command line. */
import type { Limits } from "@spillway/simulation/rehearsal/command.ts";
import { ABOUT, LIMITS } from "@spillway/simulation/rehearsal/parameters.ts";
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { SCENARIO_NAMES } from "@spillway/simulation/fleet/scenario.ts";
import { parseViewers, type ViewerShares } from "@spillway/simulation/fleet/viewers.ts";
import { DEFAULT_LIVE } from "./live/options.ts";
import { EDGE_PAGE, MOVIELENS_1M } from "@spillway/simulation/quality/retention.ts";
import { strategyFlags } from "@spillway/simulation/strategies/flags.ts";

export function rehearseProgram(): Command {
  const program = new Command("rehearse")
    .description(
      "Rehearse a spike: the admission code that ships, in a simulated fleet or with real processes.",
    )
    .addOption(
      new Option("--scenario <name>", "what happens")
        .choices([...SCENARIO_NAMES, "trace", "day"])
        .default("kickoff"),
    )
    .option(
      "--trace <file>",
      "a recorded load: CSV with the columns period and count, plain or packed (.gz, .zst)",
    )
    .option(
      "--scale <n>",
      "requests for each one recorded (default: the busiest period at 3 T)",
      numberBetween(1e-9, 1e9),
    )
    .option(
      "--speed <n>",
      "seconds of the trace in one (default: the whole within ten minutes)",
      numberBetween(1e-3, 1e9),
    )
    .option("--seed <n>", "of every random draw", whole(LIMITS.seed), LIMITS.seed.value)
    .option(
      "--threshold <n>",
      "T, individually personalized responses a second",
      real(LIMITS.thresholdPerSec),
      LIMITS.thresholdPerSec.value,
    )
    .option("--base <n>", "load before and after, in T", real(LIMITS.base), LIMITS.base.value)
    .option("--peak <n>", "load of the spike, in T", real(LIMITS.peak), LIMITS.peak.value)
    .option("--locations <n>", "data centres", whole(LIMITS.locations), LIMITS.locations.value)
    .option(
      "--isolate-rate <n>",
      "requests a second that one isolate takes",
      real(LIMITS.isolatePerSec),
      LIMITS.isolatePerSec.value,
    )
    .option(
      "--origins <n>",
      "origin instances, T/m each",
      whole(LIMITS.originInstances),
      LIMITS.originInstances.value,
    )
    .option(
      "--in-flight <n>",
      "MAX_IN_FLIGHT of each origin: individual answers that it makes at once",
      whole(LIMITS.maxInFlight),
      LIMITS.maxInFlight.value,
    )
    .option(
      "--armed",
      "the spike is expected, as by [[expected]] in routing.toml: isolates hold shares before it comes",
    )
    .option(
      "--deadline <ms>",
      "deadline_ms of routing.toml: how long an isolate waits for the origin",
      real(LIMITS.deadlineMs),
      LIMITS.deadlineMs.value,
    )
    .addOption(
      new Option(
        "--viewers <shares>",
        "who visits, such as new=0.3,cookie=0.5,tv=0.2: shows the quality of a response, with and without the order of claims",
      ).argParser(viewerShares),
    )
    .option("--strategies", ABOUT.strategies)
    .option("--live", "with real processes on this machine: the origin, and Miniflare instances as isolates")
    .option(
      "--isolates <n>",
      "with --live: isolates, each a location of its own",
      wholeNumber(1, 32),
      DEFAULT_LIVE.isolates,
    )
    .option(
      "--retention <r>",
      `quality of a page from the edge, of an individual page's (tailored, as served: ${MOVIELENS_1M.run}; untailored ${MOVIELENS_1M.cluster})`,
      numberBetween(0, 1),
      EDGE_PAGE,
    )
    .option("--json", "print one JSON object")
    .option("--html <file>", "write a report with charts, which opens without a network")
    .addHelpText(
      "after",
      `
Scenarios: ${SCENARIO_NAMES.map((name) => `${name} (${ABOUT[name]})`).join(", ")},
trace (--trace), day (${ABOUT.day}).

Viewers: new (nobody has seen them before), cookie (they carry their viewer state), tv (a token and no cookies). Beside the
scenario, the kick-off is played to 2 T and to 100 T, with and without the order in which isolates give out their shares.

Exit codes: 0 every promise kept, 1 one broken, 2 wrong usage, 3 not a valid run (this machine was too busy).`,
    )
    .showHelpAfterError("(try --help)");

  for (const { flag, description, least, most, value } of strategyFlags) {
    program.addOption(
      new Option(`--${flag} <n>`, `with --strategies: ${description}`)
        .argParser(numberBetween(least, most))
        .default(value),
    );
  }
  return exitOnUsageError(program);
}

function real({ least, most }: Limits): (text: string) => number {
  return numberBetween(least, most);
}

function whole({ least, most }: Limits): (text: string) => number {
  return wholeNumber(least, most);
}

function viewerShares(text: string): ViewerShares {
  try {
    return parseViewers(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
