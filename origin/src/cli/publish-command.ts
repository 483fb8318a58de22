/** `spillway publish`: one refresh cycle by hand, with a progress bar. */
import { Command } from "commander";
import { SingleBar } from "cli-progress";
import { loadConfig, readEnvironment } from "../config.ts";
import { cloudflareRestKv, KV_DEADLINE_MS } from "../kv/cloudflare-rest.ts";
import { KvError } from "../kv/kv-namespace.ts";
import { runCycle, type CycleReport, type CycleStage } from "../pipeline/cycle.ts";
import { acquirePublisherLease, LeaseTakenError, type Lease } from "../pipeline/publisher-lease.ts";
import { openDatabase } from "../store/database.ts";
import { forgetPublished } from "../store/published.ts";

const TITLES: Record<CycleStage, string> = {
  fold: "folding events",
  learn: "learning model and clusters",
  pages: "building pages",
  publish: "publishing to KV",
};

export function publishCommand(): Command {
  return new Command("publish")
    .description("run one refresh cycle now: fold events, rebuild clusters and pages, publish what changed")
    .option("--wait <seconds>", "how long to wait for a cycle that is already running", "60")
    .option(
      "--all",
      "write every page again, whatever KV is believed to hold: after KV was lost or changed by hand",
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
  let lease: Lease | undefined;
  try {
    lease = await acquirePublisherLease(database, "spillway publish", waitS * 1000, (holder) =>
      console.error(`${holder} is publishing; waiting for it to end …`),
    );
    if (all) forgetPublished(database);
    const report = await runCycle(
      {
        database,
        kv: cloudflareRestKv({ ...config.kv, deadlineMs: KV_DEADLINE_MS }),
        now: Date.now,
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
        ? `${error.message}\nThe pages are built and kept; the next cycle publishes them.`
        : `The cycle failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return 1;
  } finally {
    lease?.release();
    database.close();
  }
}

function show(bar: SingleBar, stage: CycleStage, done: number, total: number): void {
  const title = TITLES[stage].padEnd(28);
  if (bar.isActive && done > 0) {
    bar.setTotal(Math.max(1, total));
    bar.update(done, { title });
  } else {
    bar.start(Math.max(1, total), done, { title });
  }
  if (done === total && total > 0 && !process.stderr.isTTY) console.error(`${title} ${done}/${total}`);
}

function summary(report: CycleReport): string {
  const { seconds } = report;
  return [
    `Generation ${report.generation}: ${report.clusters} clusters of ${report.users} users over ${report.items} items.`,
    `${report.eventsFolded} events folded; ${report.pagesBuilt} pages built, ${report.pagesChanged} changed, ` +
      `${report.pagesWritten} written to KV${report.indexWritten ? ", and a new index" : ""}.`,
    `Seconds: fold ${seconds.fold}, learn ${seconds.learn}, pages ${seconds.pages}, publish ${seconds.publish}.`,
  ].join("\n");
}
