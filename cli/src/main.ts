/** `pnpm spillway …`: the operator's and the engineer's commands. */
import { Command } from "commander";
import { ConfigError } from "@spillway/origin/config.ts";
import { clustersCommand } from "./learn/clusters-command.ts";
import { deadLettersCommand } from "./operate/dead-letters-command.ts";
import { explainCommand } from "./operate/explain-command.ts";
import { importCommand } from "./learn/import-command.ts";
import { modelCommand } from "./learn/model-command.ts";
import { originCommand } from "./operate/origin-command.ts";
import { publishCommand } from "./learn/publish-command.ts";
import { reportCommand } from "./reports/report-command.ts";
import { routingCommand } from "./operate/routing-command.ts";
import { suspectsCommand } from "./operate/suspects-command.ts";
import { userCommand } from "./operate/user-command.ts";

const program = new Command("spillway")
  .description("Keeps personalization alive through a traffic spike.")
  .addCommand(originCommand())
  .addCommand(publishCommand())
  .addCommand(reportCommand())
  .addCommand(routingCommand())
  .addCommand(clustersCommand())
  .addCommand(explainCommand())
  .addCommand(importCommand())
  .addCommand(deadLettersCommand())
  .addCommand(modelCommand())
  .addCommand(suspectsCommand())
  .addCommand(userCommand())
  .showHelpAfterError("(try --help)")
  .configureHelp({ sortSubcommands: true });

try {
  await program.parseAsync();
} catch (error) {
  // What an operator can mend needs no stack; everything else is ours to mend and does.
  const known = error instanceof ConfigError || (error instanceof Error && "expected" in error);
  console.error(
    error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error),
  );
  process.exitCode = 2;
}
