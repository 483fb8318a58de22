/** `spillway publish` runs one refresh cycle and shows a progress bar. */
import { Command } from "commander";
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
import { openDatabase } from "@spillway/store/database.ts";
import { forgetPublished } from "@spillway/store/pages/published.ts";
import { createPool } from "@spillway/model/workers/pool.ts";

export function publishCommand(): Command {
  return new Command("publish")
    .description("run one refresh cycle now: fold events, rebuild clusters and pages, publish what changed")
    .option("--wait <seconds>", "how long to wait for a cycle that is already running", "60")
    .option(
      "--all",
      "write every page again, also those that did not change; use it after KV was lost or changed by hand",
    )
    .option("--json", "print the report as JSON")
    .addHelpText("after", "\nExit codes: 0 published, 1 the cycle failed, 3 another process is publishing.")
    .action(async (options: { wait: string; json?: boolean; all?: boolean }) => {
      process.exitCode = await runPublish(Number(options.wait), options.json === true, options.all === true);
    });
}

async function runPublish(waitS: number, json: boolean, all: boolean): Promise<number> {
  if (!(waitS >= 0)) {
    console.error("--wait: must be a number of seconds");
    return 2;
  }
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.databasePath, { durability: "normal" });
  const bar = new SingleBar({
    format: "{title} {bar} {percentage} % {value}/{total}",
    hideCursor: true,
    stream: process.stderr,
    clearOnComplete: false,
  });
  const pool = createPool();
  let lease: Lease | undefined;
  try {
    lease = await acquirePublisherLease(database, "spillway publish", waitS * 1000, (holder) =>
      console.error(`${holder} is publishing; waiting until it ends …`),
    );
    if (all) forgetPublished(database);
    const report = await runCycle(
      {
        database,
        kv: cloudflareRestKv({ ...config.kv, deadlineMs: KV_DEADLINE_MS }),
        now: Date.now,
        hashUser: createUserHash(config.edgeToken),
        pool,
        trainer: config.trainer,
        maxLeaves: config.maxClusters,
        heartbeat: lease.heartbeat,
        onProgress: (stage, done, total) => show(bar, stage, done, total),
      },
      "spillway publish",
    );
    bar.stop();
    console.log(json ? JSON.stringify(report) : summary(report));
    return 0;
  } catch (error) {
    bar.stop();
    if (error instanceof LeaseTakenError) {
      console.error(`${error.message}.`);
      return 3;
    }
    console.error(
      error instanceof KvError
        ? `${error.message}\nThe pages are built and stored; the next cycle publishes them.`
        : `The cycle failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 1;
  } finally {
    await pool.close();
    lease?.release();
    database.close();
  }
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
    `Generation ${report.generation}: ${report.clusters} clusters of ${report.users} users over ${report.items} items; ` +
      `model ${report.trainer}, ${report.training ?? "unchanged"}.`,
    `${report.eventsFolded} events folded; ${report.pagesBuilt} pages built, ${report.pagesChanged} changed, ` +
      `${report.pagesKept} kept because new ones are hardly better, ` +
      `${report.pagesWritten} written to KV${report.indexWritten ? ", and a new index" : ""}.`,
    `Seconds: ${seconds.join(", ")}.`,
  ].join("\n");
}
