/** Assembles the program `spillway` from its commands. */
import { Command } from "commander";
import { auditCommand } from "./operate/audit-command.ts";
import { backupCommand, restoreCommand } from "./operate/backup-command.ts";
import { clustersCommand } from "./learn/clusters-command.ts";
import { costCommand } from "./operate/cost-command.ts";
import { deadLettersCommand } from "./operate/dead-letters-command.ts";
import { deployCommand } from "./operate/deploy-command.ts";
import { explainCommand } from "./operate/explain-command.ts";
import { importCommand } from "./learn/import-command.ts";
import { modelCommand } from "./learn/model-command.ts";
import { originCommand } from "./operate/origin-command.ts";
import { publishCommand } from "./learn/publish-command.ts";
import { reportCommand } from "./reports/report-command.ts";
import { routingCommand } from "./operate/routing-command.ts";
import { spikeCommand } from "./spike/spike-command.ts";
import { statusCommand } from "./operate/status-command.ts";
import { sampleCommand } from "./operate/sample-command.ts";
import { suspectsCommand } from "./operate/suspects-command.ts";
import { pinsCommand } from "./operate/pins-command.ts";
import { tokensCommand } from "./operate/tokens-command.ts";
import { userCommand } from "./operate/user-command.ts";
import { viewersCommand } from "./operate/viewers-command.ts";

export function spillwayProgram(): Command {
  return new Command("spillway")
    .description("Keeps personalization alive through a traffic spike.")
    .addCommand(originCommand())
    .addCommand(publishCommand())
    .addCommand(reportCommand())
    .addCommand(statusCommand())
    .addCommand(spikeCommand())
    .addCommand(routingCommand())
    .addCommand(clustersCommand())
    .addCommand(explainCommand())
    .addCommand(importCommand())
    .addCommand(deadLettersCommand())
    .addCommand(deployCommand())
    .addCommand(modelCommand())
    .addCommand(sampleCommand())
    .addCommand(suspectsCommand())
    .addCommand(userCommand())
    .addCommand(pinsCommand())
    .addCommand(tokensCommand())
    .addCommand(auditCommand())
    .addCommand(viewersCommand())
    .addCommand(costCommand())
    .addCommand(backupCommand())
    .addCommand(restoreCommand())
    .showHelpAfterError("(try --help)")
    .configureHelp({ sortSubcommands: true });
}
