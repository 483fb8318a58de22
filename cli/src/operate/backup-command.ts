/** `spillway backup` and `spillway restore`: all data of the origin in one file, and back. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { rmSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { basename } from "node:path";
import { Command } from "commander";
import { BackupError, type BackupProblem } from "@spillway/origin/backup/backup-error.ts";
import { restoreBackup, type RestoreReport } from "@spillway/origin/backup/restore-backup.ts";
import { workFolderOf, writeBackup, type BackupReport } from "@spillway/origin/backup/write-backup.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { loadConfig, loadStorePaths, readEnvironment } from "@spillway/origin/config.ts";
import { EXIT_BUSY, EXIT_FAILED, EXIT_USAGE } from "@spillway/origin/exit.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { numberBetween } from "@spillway/kit/commands/number-option.ts";
import { stepProgress } from "@spillway/kit/commands/step-progress.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { auditHere } from "./audit-here.ts";

const EXIT_CODES: Readonly<Record<BackupProblem, number>> = {
  failed: EXIT_FAILED,
  usage: EXIT_USAGE,
  busy: EXIT_BUSY,
};

type BackupOptions = {
  readonly force: boolean;
  readonly wait: number;
  readonly json: boolean;
  readonly note?: string;
};
type RestoreOptions = { readonly json: boolean; readonly note?: string };

export function backupCommand(): Command {
  const command = new Command("backup")
    .description("write all data of the origin, as of one moment, into one file; the origin may be running")
    .argument("<file>", "the file to write")
    .option("--force", "replace the file if it is there already", false)
    .option(
      "--wait <seconds>",
      "how long to wait for another process that writes without a pause",
      numberBetween(0, 86_400),
      60,
    )
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the report as JSON, and no progress", false)
    .addHelpText(
      "after",
      "\nThe file is a tar of both databases with a manifest and SHA-256 sums. It is checked before it gets its name.\n" +
        "It holds personal data and no secrets: keep EDGE_TOKEN and ADMIN_TOKEN elsewhere.\n" +
        "Exit codes: 0 written; 1 the data could not be copied; 2 wrong use; 3 another process holds the database.",
    )
    .action((file: string, options: BackupOptions) =>
      end(options.json, () => backUp(file, options), backupText),
    );
  return exitOnUsageError(command);
}

export function restoreCommand(): Command {
  const command = new Command("restore")
    .description("replace all data of a stopped origin by that of a backup")
    .argument("<file>", "a file that `spillway backup` wrote")
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the report as JSON, and no progress", false)
    .addHelpText(
      "after",
      "\nThe data until then is moved to a folder before-restore-… in the data folder, and can be deleted.\n" +
        "Exit codes: 0 restored; 1 the file is no sound backup, and nothing was changed; 2 wrong use;\n" +
        "3 the data folder is in use, and nothing was changed.",
    )
    .action((file: string, options: RestoreOptions) =>
      end(options.json, () => restore(file, options), restoreText),
    );
  return exitOnUsageError(command);
}

async function backUp(file: string, { force, wait, json, note }: BackupOptions): Promise<BackupReport> {
  yieldToServing();
  using progress = stepProgress();
  using _interrupt = removeWhenInterrupted(workFolderOf(file));
  const { dataDirectory } = loadStorePaths(readEnvironment());
  const report = await writeBackup({
    dataDirectory,
    file,
    force,
    waitMs: wait * 1000,
    onStep: json ? () => undefined : progress.update,
    onWait: () => console.error("another process is writing to the database; waiting until it ends …"),
  });
  const { bytes, takenAt } = report;
  await auditFile({
    action: "backup.write",
    subject: `backup ${basename(file)}`,
    after: { bytes, takenAt },
    note,
  });
  return report;
}

/** The file is there already: that the log can't be written to does not undo it. */
async function auditFile(change: Parameters<typeof auditHere>[1]): Promise<void> {
  try {
    const database = openDatabase(loadStorePaths(readEnvironment()).databasePath);
    try {
      await auditHere(database, change);
    } finally {
      database.close();
    }
  } catch (error) {
    console.error(`note: the audit log could not be written: ${reasonOf(error)}`);
  }
}

async function restore(file: string, { json, note }: RestoreOptions): Promise<RestoreReport> {
  using progress = stepProgress();
  const { dataDirectory } = loadStorePaths(readEnvironment());
  const report = await restoreBackup({
    dataDirectory,
    file,
    nowMs: Date.now(),
    userHash: () => createUserHash(loadConfig(readEnvironment()).userHashKey),
    onStep: json ? () => undefined : progress.update,
  });
  const { takenAt } = report;
  await auditFile({
    action: "backup.restore",
    subject: `backup ${basename(file)}`,
    after: { takenAt },
    note,
  });
  return report;
}

/** Prints the report or the problem, and sets the exit code. */
async function end<Report>(
  json: boolean,
  work: () => Promise<Report>,
  text: (report: Report) => string,
): Promise<void> {
  try {
    const report = await work();
    console.log(json ? JSON.stringify(report) : text(report));
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    console.error(`${error.message}.`);
    process.exitCode = EXIT_CODES[error.problem];
  }
}

/** Copying must not slow the answers of an origin on the same machine. */
function yieldToServing(): void {
  setPriority(constants.priority.PRIORITY_LOW);
}

/** What a process that is killed outright leaves is removed by the next backup to the same file. */
function removeWhenInterrupted(folder: string): Disposable {
  const onSignal = (): void => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(EXIT_FAILED);
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

function holdsText({ items, profiles, events }: BackupReport["holds"]): string {
  return `${counted(items, "item")}, ${counted(profiles, "profile")} and ${counted(events, "event")}`;
}

function backupText({ file, bytes, takenAt, holds, barrierMs, seconds }: BackupReport): string {
  return (
    `Backed up ${holdsText(holds)} as of ${takenAt} to ${file} ` +
    `(${(bytes / 1e6).toFixed(1)} MB, ${seconds} s; writes waited ${barrierMs} ms).`
  );
}

function restoreText({ file, takenAt, holds, aside, erasedAgain, seconds }: RestoreReport): string {
  const lines = [
    `Restored ${holdsText(holds)} as of ${takenAt} from ${file} (${seconds} s).`,
    ...(erasedAgain === 0
      ? []
      : [
          `${counted(erasedAgain, "id that was erased after the backup was", "ids that were erased after the backup were")} erased again.`,
        ]),
    ...(aside === undefined
      ? []
      : [`The data until now was moved to ${aside}; delete it when it is not needed.`]),
    "Start the origin: its first cycle writes every page to KV again, and edges follow within their read cycle.",
  ];
  return lines.join("\n");
}
