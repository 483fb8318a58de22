/** `spillway publish` runs one refresh cycle and shows a progress bar. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { Command, Option } from "commander";
import { SingleBar } from "cli-progress";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { loadConfig, readEnvironment } from "@spillway/origin/config.ts";
import { cloudflareRestKv, KV_DEADLINE_MS } from "@spillway/origin/kv/cloudflare-rest.ts";
import { KvError } from "@spillway/origin/kv/kv-namespace.ts";
import { runCycle } from "@spillway/origin/pipeline/process/cycle.ts";
import {
  CYCLE_STAGES,
  STAGE_TITLES,
  type CycleReport,
  type CycleStage,
} from "@spillway/origin/pipeline/process/cycle-report.ts";
import {
  acquirePublisherLease,
  LeaseTakenError,
  type Lease,
} from "@spillway/origin/pipeline/process/publisher-lease.ts";
import {
  isStorageBusy,
  openDatabase,
  PATIENT_BUSY_TIMEOUT_MS,
  type Database,
} from "@spillway/store/database.ts";
import { writerNow } from "@spillway/store/holders.ts";
import { forgetPublished } from "@spillway/store/pages/published.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import { EXIT_BUSY } from "@spillway/origin/exit.ts";
import { numberBetween } from "@spillway/kit/commands/number-option.ts";
import { EXIT_INTERRUPTED } from "@spillway/kit/processes/interrupt.ts";
import { stepProgress } from "@spillway/kit/commands/step-progress.ts";
import { exitOnUsageError } from "@spillway/kit/commands/usage.ts";
import { auditHere } from "../operate/audit-here.ts";

const LONGEST_WAIT_S = 86_400;

export function publishCommand(): Command {
  const command = new Command("publish")
    .description("run one refresh cycle now: fold events, rebuild clusters and pages, publish what changed")
    .addOption(
      new Option("--wait [seconds]", "wait for another process that is publishing, and show what it does")
        .argParser(numberBetween(0, LONGEST_WAIT_S))
        .preset(String(LONGEST_WAIT_S))
        .default(0, "not at all"),
    )
    .option(
      "--all",
      "write every page again, also those that did not change; use it after KV was lost or changed by hand",
    )
    .option("--note <text>", "why, for the audit log")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 published; 1 the cycle failed; 2 wrong use; 3 another process is publishing or importing; 130 stopped by Ctrl+C or SIGTERM: the model in force and what is published stay.",
    )
    .action(async (options: PublishOptions) => {
      process.exitCode = await runPublish(options);
    });
  return exitOnUsageError(command);
}

type PublishOptions = {
  readonly wait: number;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly note?: string;
};

async function runPublish(options: PublishOptions): Promise<number> {
  const { wait: waitS, json = false, all = false, note } = options;
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.databasePath, {
    durability: "normal",
    busyTimeoutMs: PATIENT_BUSY_TIMEOUT_MS,
  });
  const bar = new SingleBar({
    format: "{title} {bar} {percentage} % {value}/{total}, {eta_formatted} left",
    hideCursor: true,
    stream: process.stderr,
    clearOnComplete: false,
  });
  const pool = createPool();
  const stopped = new AbortController();
  const stop = (): void => stopped.abort(new Error("stopped"));
  let lease: Lease | undefined;
  try {
    lease = await waitForLease(database, waitS);
    const { heartbeat } = lease;
    // The second one ends the process as it is.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
    if (all) forgetPublished(database);
    const report = await runCycle(
      {
        database,
        kv: cloudflareRestKv({ ...config.kv, deadlineMs: KV_DEADLINE_MS }),
        now: Date.now,
        hashUser: createUserHash(config.userHashKey),
        pool,
        trainer: config.trainer,
        trainLimits: config.trainLimits,
        maxLeaves: config.maxClusters,
        eventsDays: config.eventsDays,
        signal: stopped.signal,
        heartbeat: (...progress) => {
          stopped.signal.throwIfAborted();
          heartbeat(...progress);
        },
        onProgress: (stage, done, total) => show(bar, stage, done, total),
      },
      "spillway publish",
    );
    bar.stop();
    const { generation, clusters, pagesWritten } = report;
    const after = { clusters, pagesWritten, all };
    await auditHere(database, { action: "cycle.publish", subject: `generation ${generation}`, after, note });
    console.log(json ? JSON.stringify(report) : summary(report));
    return 0;
  } catch (error) {
    bar.stop();
    if (stopped.signal.aborted) {
      console.error("Stopped: the model in force stays, and so does what is published.");
      return EXIT_INTERRUPTED;
    }
    if (error instanceof LeaseTakenError) {
      console.error(`${error.message}.${waitS === 0 ? " To wait for it: spillway publish --wait" : ""}`);
      return EXIT_BUSY;
    }
    if (isStorageBusy(error)) {
      console.error(
        `${writerNow(database) ?? "Another process is writing to the database"}: the cycle was given up.`,
      );
      return EXIT_BUSY;
    }
    console.error(
      error instanceof KvError
        ? `${error.message}\nThe pages are built and stored; the next cycle publishes them.`
        : `The cycle failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 1;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
    await pool.close();
    lease?.release();
    database.close();
  }
}

/** Says at once who holds the lease, and then shows what it does until it ends. */
async function waitForLease(database: Database, waitS: number): Promise<Lease> {
  using progress = stepProgress();
  let told = false;
  return await acquirePublisherLease(
    database,
    "spillway publish",
    waitS * 1000,
    ({ text, progress: doing }) => {
      if (!told) console.error(`${text}; waiting until it ends …`);
      told = true;
      if (doing !== undefined)
        progress.update(`waiting: ${STAGE_TITLES[doing.stage]}`, doing.done, doing.total);
    },
  );
}

function show(bar: SingleBar, stage: CycleStage, done: number, total: number): void {
  const title = STAGE_TITLES[stage].padEnd(28);
  if (bar.isActive && done > 0) {
    bar.setTotal(Math.max(1, total));
    bar.update(done, { title });
  } else {
    bar.start(Math.max(1, total), done, { title });
  }
  if (done === total && total > 0 && !process.stderr.isTTY) console.error(`${title} ${done}/${total}`);
}

function summary(report: CycleReport): string {
  const seconds = CYCLE_STAGES.map((stage) => `${stage} ${report.seconds[stage]}`);
  return [
    `Generation ${report.generation}: ${counted(report.clusters, "cluster")} of ${counted(report.users, "user")} over ${counted(report.items, "item")}; ` +
      `model ${report.trainer}, ${report.training ?? "unchanged"}.`,
    `${counted(report.eventsFolded, "event")} folded; ${counted(report.pagesBuilt, "page")} built, ${report.pagesChanged} changed, ` +
      `${report.pagesKept} kept because new ones are hardly better, ` +
      `${report.pagesWritten} written to KV${report.indexWritten ? ", and a new index" : ""}.`,
    `Seconds: ${seconds.join(", ")}.`,
  ].join("\n");
}
