/**
 * The pipeline's own process. Once there are pages, it runs at low priority, so that a cycle never slows an
 * answer.
 */
import { join } from "node:path";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { loadConfig, readEnvironment } from "../../config.ts";
import { keepFilesPrivate } from "@spillway/store/folder/private-files.ts";
import { cloudflareRestKv, KV_DEADLINE_MS } from "../../kv/cloudflare-rest.ts";
import { openDatabase, PATIENT_BUSY_TIMEOUT_MS } from "@spillway/store/database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { createPool } from "@spillway/model/workers/pool.ts";
import type { FromPipeline, ToPipeline } from "./messages.ts";
import { endingOf } from "../../exit.ts";
import { threadsBesideAnswers, yieldThisProcess } from "../../yield-to-answers.ts";
import { createFoldPending } from "../../sample/fold-pending.ts";
import { keepFolding } from "../../sample/keep-folding.ts";
import { openServingLog } from "../../serving-log/serving-log.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { isIndexPublished } from "@spillway/store/pages/published.ts";
import { keepAudit } from "./keep-audit.ts";
import { startScheduler } from "./scheduler.ts";

function main(): void {
  keepFilesPrivate();
  const config = loadConfig(readEnvironment());
  const database = openDatabase(config.databasePath, {
    durability: "normal",
    busyTimeoutMs: PATIENT_BUSY_TIMEOUT_MS,
  });
  // Before the first pages are published, nobody is served, and the pipeline may run at normal priority.
  let yields = false;
  const pool = createPool();
  const beginToYield = (): void => {
    yields = true;
    yieldThisProcess();
    pool.resize(threadsBesideAnswers());
  };
  if (isIndexPublished(database)) beginToYield();
  const scheduler = startScheduler({
    database,
    pool,
    kv: cloudflareRestKv({ ...config.kv, deadlineMs: KV_DEADLINE_MS }),
    now: Date.now,
    hashUser: createUserHash(config.userHashKey),
    cadenceMs: config.refreshCadenceS * 1000,
    trainer: config.trainer,
    maxLeaves: config.maxClusters,
    eventsDays: config.eventsDays,
    trainCadenceMs: config.trainCadenceS * 1000,
    learnCadenceMs: config.learnCadenceS * 1000,
    proofCadenceMs: config.proofCadenceS * 1000,
    trainLimits: config.trainLimits,
    viewers: { cadenceMs: config.viewerMapCadenceS * 1000, maxUsers: config.viewerMapUsers },
    send: (message: FromPipeline) => {
      if (message.type === "done" && !yields) beginToYield();
      send(message);
    },
  });
  const operatorStore = sqliteOperatorStore(database);
  const servingLog = openServingLog(join(config.dataDirectory, SERVING_LOG_FILE));
  const stopFolding = keepFolding({
    foldPending: createFoldPending(servingLog.sqlite, operatorStore.samples, config.sampleDays),
    now: Date.now,
    report: (report) => send({ type: "sample", report }),
  });
  const stopKeepingAudit = keepAudit({
    audit: operatorStore.audit,
    days: config.auditDays,
    now: Date.now,
    onError: (reason) => process.stderr.write(`old entries of the audit log can't be dropped: ${reason}\n`),
  });
  const stop = async (): Promise<void> => {
    await Promise.all([scheduler.stop(), stopFolding(), stopKeepingAudit()]);
    servingLog.close();
    await pool.close();
    database.close();
    process.exit(0);
  };
  process.on("message", (message: ToPipeline) => scheduler.refresh(message.reason));
  // The pipeline ends with its origin, also when the origin was killed.
  process.on("disconnect", () => void stop());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
}

/** The origin may have ended already. */
function send(message: FromPipeline): void {
  if (process.connected) process.send?.(message);
}

try {
  main();
} catch (error) {
  const { text, code } = endingOf(error);
  process.stderr.write(`${text}\n`);
  process.exit(code);
}
