/** What `rehearse` may be told on the command line. */
import { numberBetween, wholeNumber } from "@spillway/kit/commands/number-option.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command, InvalidArgumentError, Option } from "commander";
import { DEFAULT_FLEET } from "@spillway/simulation/fleet/options.ts";
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
    .option("--seed <n>", "of every random draw", wholeNumber(0, 4_294_967_295), 1)
    .option(
      "--threshold <n>",
      "T, individually personalized responses a second",
      numberBetween(0.1, 1e6),
      DEFAULT_FLEET.thresholdPerSec,
    )
    .option("--base <n>", "load before and after, in T", numberBetween(0.001, 1e4), 0.5)
    .option("--peak <n>", "load of the spike, in T", numberBetween(0.001, 1e4), 100)
    .option("--locations <n>", "data centres", wholeNumber(1, 5000), DEFAULT_FLEET.locations)
    .option(
      "--isolate-rate <n>",
      "requests a second that one isolate takes",
      numberBetween(0.1, 1e5),
      DEFAULT_FLEET.isolatePerSec,
    )
    .option(
      "--origins <n>",
      "origin instances, T/m each",
      wholeNumber(1, 1000),
      DEFAULT_FLEET.originInstances,
    )
    .addOption(
      new Option(
        "--viewers <shares>",
        "who visits, such as new=0.3,cookie=0.5,tv=0.2: shows the quality of a response, with and without the order of claims",
      ).argParser(viewerShares),
    )
    .option("--strategies", "four ways to meet the same spike, side by side")
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
Scenarios: kickoff (base, --peak within one step for 30 s, base), wicket (all return to the homepage at once), ramp (a
minute up, a minute down), flap (ten seconds each), origin-down (a minute without the origin), band-change (the threshold
halved and doubled in the spike), trace (--trace), day (2.9 million users over 24 hours).

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

function viewerShares(text: string): ViewerShares {
  try {
    return parseViewers(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
