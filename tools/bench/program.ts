/** The benchmarks, put together. */
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { Command } from "commander";
import { consoleCommand } from "./console/command.ts";
import { coverageCommand } from "./coverage/command.ts";
import { edgeCommand } from "./edge/command.ts";
import { eventsCommand } from "./events/command.ts";
import { logsCommand } from "./logs/command.ts";
import { originCommand } from "./origin/command.ts";
import { precomputeCommand } from "./precompute/command.ts";
import { signaturesCommand } from "./signatures/command.ts";
import { trainCommand } from "./train/command.ts";
import { trafficCommand } from "./traffic/command.ts";

export function benchProgram(): Command {
  const program = new Command("bench")
    .description("Benchmarks, each against a baseline in the same run.")
    .addCommand(consoleCommand())
    .addCommand(coverageCommand())
    .addCommand(edgeCommand())
    .addCommand(eventsCommand())
    .addCommand(logsCommand())
    .addCommand(originCommand())
    .addCommand(precomputeCommand())
    .addCommand(signaturesCommand())
    .addCommand(trafficCommand())
    .addCommand(trainCommand())
    .showHelpAfterError("(try --help)");
  return exitOnUsageError(program);
}
