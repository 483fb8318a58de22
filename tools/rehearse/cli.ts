/** `pnpm rehearse`: the next spike, in virtual time or with real processes. */
import { rehearseDayCommand } from "./commands/day.ts";
import { rehearseFleet } from "./commands/fleet.ts";
import type { FleetFlags } from "./commands/fleet-options.ts";
import { rehearseLiveCommand } from "./commands/live.ts";
import { rehearseStrategies } from "./commands/strategies.ts";
import { EXIT_INTERRUPTED, Interrupted } from "@spillway/kit/processes/interrupt.ts";
import { standWhereTheUserStands } from "@spillway/kit/commands/user-folder.ts";
import { checkOutput } from "@spillway/kit/commands/named-files.ts";
import { EXIT_USAGE, printError, UsageError } from "@spillway/kit/commands/usage.ts";
import { rehearseProgram } from "./program.ts";

standWhereTheUserStands("rehearse");

const program = rehearseProgram();

async function main(): Promise<number> {
  const flags = program.parse().opts<FleetFlags & { strategies?: true; live?: true }>();
  const explicit = (name: string): boolean => program.getOptionValueSource(name) === "cli";
  if (flags.trace !== undefined && explicit("scenario") && flags.scenario !== "trace") {
    throw new UsageError("--trace goes with --scenario trace");
  }
  try {
    checkOutput("--html", flags.html);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const ways = [flags.strategies, flags.live, explicit("scenario") || flags.trace !== undefined || undefined];
  if (ways.filter(Boolean).length > 1)
    throw new UsageError("one of --scenario, --strategies and --live at a time");
  if (flags.viewers !== undefined && (flags.live ?? flags.strategies ?? flags.scenario === "day")) {
    throw new UsageError(
      "--viewers goes with the scenarios of the simulated fleet, not with --live, --strategies or day",
    );
  }
  if (flags.armed !== undefined && (flags.live ?? flags.strategies ?? flags.scenario === "day"))
    throw new UsageError(
      "--armed goes with the scenarios of the simulated fleet, not with --live, --strategies or day",
    );
  if (flags.live === true) return rehearseLiveCommand(program.opts(), explicit);
  if (flags.strategies === true) return rehearseStrategies(program.opts(), explicit);
  if (flags.scenario === "day") return rehearseDayCommand(program.opts());
  return rehearseFleet(flags);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof Interrupted) process.exit(EXIT_INTERRUPTED);
  printError(error);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : 1;
}
