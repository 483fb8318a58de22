/** Assembles the program `spillway` from its commands. */
import { Command } from "commander";

/**
 * Each command's modules are loaded when it is asked for: all of them together take most of a second.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  audit: async () => (await import("./operate/audit-command.ts")).auditCommand(),
  backup: async () => (await import("./operate/backup-command.ts")).backupCommand(),
  clusters: async () => (await import("./learn/clusters-command.ts")).clustersCommand(),
  cost: async () => (await import("./operate/cost-command.ts")).costCommand(),
  "dead-letters": async () => (await import("./operate/dead-letters-command.ts")).deadLettersCommand(),
  deploy: async () => (await import("./operate/deploy-command.ts")).deployCommand(),
  explain: async () => (await import("./operate/explain-command.ts")).explainCommand(),
  import: async () => (await import("./learn/import-command.ts")).importCommand(),
  model: async () => (await import("./learn/model-command.ts")).modelCommand(),
  origin: async () => (await import("./operate/origin-command.ts")).originCommand(),
  pins: async () => (await import("./operate/pins-command.ts")).pinsCommand(),
  publish: async () => (await import("./learn/publish-command.ts")).publishCommand(),
  report: async () => (await import("./reports/report-command.ts")).reportCommand(),
  restore: async () => (await import("./operate/backup-command.ts")).restoreCommand(),
  routing: async () => (await import("./operate/routing-command.ts")).routingCommand(),
  sample: async () => (await import("./operate/sample-command.ts")).sampleCommand(),
  spike: async () => (await import("./spike/spike-command.ts")).spikeCommand(),
  status: async () => (await import("./operate/status-command.ts")).statusCommand(),
  suspects: async () => (await import("./operate/suspects-command.ts")).suspectsCommand(),
  tokens: async () => (await import("./operate/tokens-command.ts")).tokensCommand(),
  user: async () => (await import("./operate/user-command.ts")).userCommand(),
  viewers: async () => (await import("./operate/viewers-command.ts")).viewersCommand(),
};

/** With the command of that name alone; with all of them where it is none, as for `--help`. */
export async function spillwayProgram(name?: string): Promise<Command> {
  const program = new Command("spillway")
    .description("Keeps personalization alive through a traffic spike.")
    .showHelpAfterError("(try --help)")
    .configureHelp({ sortSubcommands: true });
  const asked = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const wanted = asked === undefined ? Object.values(COMMANDS) : [asked];
  for (const command of await Promise.all(wanted.map((load) => load()))) program.addCommand(command);
  return program;
}
