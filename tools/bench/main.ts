/** `pnpm bench …`: the project's benchmarks, each against a baseline in the same run. */
import { Command } from "commander";
import { coverageCommand } from "./coverage/command.ts";
import { edgeCommand } from "./edge/command.ts";
import { eventsCommand } from "./events/command.ts";
import { originCommand } from "./origin/command.ts";
import { precomputeCommand } from "./precompute/command.ts";
import { trafficCommand } from "./traffic/command.ts";

const program = new Command("bench")
  .description("Benchmarks, each against a baseline in the same run.")
  .addCommand(coverageCommand())
  .addCommand(edgeCommand())
  .addCommand(eventsCommand())
  .addCommand(originCommand())
  .addCommand(precomputeCommand())
  .addCommand(trafficCommand())
  .showHelpAfterError("(try --help)");

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
}
