/** The origin's process: composition root. Opens the store, starts the pipeline, serves. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createEdgeAuth } from "@spillway/shared/protocol/edge-auth.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { createApp } from "./app.ts";
import { ConfigError, loadConfig, readEnvironment, REPOSITORY } from "./config.ts";
import { endingOf, EXIT_USAGE } from "./exit.ts";
import { cloudflareRestKv } from "./kv/cloudflare-rest.ts";
import { createDocumentPublisher } from "./kv/document-publisher.ts";
import { createLog, type Log } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createPageAge, type PageAge } from "./page-age.ts";
import { startPipelineProcess } from "./pipeline/process/pipeline-process.ts";
import type { FromPipeline } from "./pipeline/process/messages.ts";
import { parseRoutingText } from "@spillway/shared/routing/parse-routing.ts";
import { keepPruned } from "./serving-log/prune.ts";
import { openServingLog } from "./serving-log/serving-log.ts";
import { createLiveSnapshot } from "./serving/snapshot/live-snapshot.ts";
import { createLoopDelay } from "./serving/gate/loop-delay.ts";
import { createRecommender } from "./serving/answers/recommender.ts";
import { createRoutingGate } from "./serving/gate/routing-gate.ts";
import { createTimeBudget } from "./serving/gate/time-budget.ts";
import { isDamaged, openDatabase, refuseDamaged, type Database } from "@spillway/store/database.ts";
import { searchItems } from "@spillway/store/catalogue/item-search.ts";
import { itemSeqById } from "@spillway/store/catalogue/items.ts";
import { isIndexPublished } from "@spillway/store/pages/published.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { countWaitingLetters } from "@spillway/store/events/dead-letters.ts";
import { currentRouting, pushRouting } from "@spillway/store/operators/routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { currentProfile } from "@spillway/store/profiles/stored-profile.ts";
import { neverBlock } from "@spillway/store/when-free.ts";

const PUBLISH_RETRY_MS = 1000;
/** Of the serving thread's time. */
const EVENTS_TIME_SHARE = 0.3;
/** What admission's trim expects. */
const OBSERVE_DELAY_MS = 100;
/** A cluster's pages should be looked at again within so many refresh cadences: one cycle may be late or fail. */
const PAGE_AGE_CADENCES = 2;
/** An operator waits for it. */
const DOCUMENT_DEADLINE_MS = 3000;

function monotonicMs(): number {
  return performance.now();
}

function main(): void {
  const config = loadConfig(readEnvironment());
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  const database = openDatabase(config.databasePath);
  const servingLog = openServingLog(join(config.dataDirectory, "serving-log.db"));
  refuseDamaged(database.sqlite);
  refuseDamaged(servingLog.sqlite);
  const nowMs = Date.now;
  const stopPruning = keepPruned(servingLog, config.servingLogDays, nowMs, (error) =>
    log.error("the serving log can't be pruned", { error: String(error) }),
  );

  const documents = createDocumentPublisher({
    kv: cloudflareRestKv({ ...config.kv, deadlineMs: DOCUMENT_DEADLINE_MS }),
    retryMs: PUBLISH_RETRY_MS,
  });
  const routing = firstRouting(database, nowMs());
  const gate = createRoutingGate(routing, { ...config, wallMs: nowMs, monotonicMs, draw: Math.random });
  const loopDelay = createLoopDelay(monotonicMs);
  const observing = setInterval(() => gate.observeDelay(loopDelay.takeMaxMs()), OBSERVE_DELAY_MS);
  metrics.exposeGate(gate.figures);
  const pageAge = createPageAge(PAGE_AGE_CADENCES * config.refreshCadenceS * 1000);
  metrics.exposePageAge(() => pageAge.read(nowMs()));
  metrics.exposeDeadLetters(() => ({ waiting: countWaitingLetters(database) }));
  let currentRules: Pick<RoutingVersion, "version" | "routing"> = routing;
  const publishRouting = ({ version, routing: rules }: Pick<RoutingVersion, "version" | "routing">) =>
    documents.publish(KV_KEY.routing, JSON.stringify({ version, routing: rules }));

  let wasTrained = false;
  const live = createLiveSnapshot({
    database,
    now: nowMs,
    onSnapshot: ({ editorialDocument, trained }) => {
      // Again each minute: both do nothing as long as KV holds them.
      void documents.publish(KV_KEY.editorial, JSON.stringify(editorialDocument));
      void publishRouting(currentRules);
      // An import has replaced the catalogue: what was learned is about things that are no more.
      if (wasTrained && !trained) pipeline.refresh("the catalogue was replaced");
      wasTrained = trained;
    },
    onError: (error) => {
      if (isDamaged(error)) onDamaged(String(error));
      else log.error("the store can't be read; the last snapshot serves on", { error: String(error) });
    },
  });
  const foldContext = {
    seqOfItem: (id: string) => itemSeqById(database, id),
    get clockOffsetMs() {
      return live.clockOffsetMs();
    },
  };
  let cycle: Progress | undefined;
  const pipeline = startPipelineProcess({
    hasPages: () => isIndexPublished(database),
    onMessage: (message) => {
      cycle = message.type === "progress" ? message : undefined;
      if (message.type === "failed" && message.damaged) onDamaged(message.error);
      else report(message, { log, metrics, pageAge });
    },
    onExit: (detail) => {
      cycle = undefined;
      log.error(detail);
    },
    onGivenUp: () => void stop(EXIT_USAGE),
  });
  const app = createApp({
    config,
    database,
    edgeAuth: createEdgeAuth(config.edgeToken),
    metrics,
    log,
    gate,
    eventsBudget: createTimeBudget(EVENTS_TIME_SHARE, monotonicMs),
    servingLog,
    nowMs,
    contentNowMs: () => nowMs() + live.clockOffsetMs(),
    recommender: createRecommender({
      snapshot: live.current,
      clockOffsetMs: live.clockOffsetMs,
      profileOf: (user) => currentProfile(database, user, foldContext),
      pageOf: (context, cluster) => getPage(database, context, cluster),
      seqOfItem: foldContext.seqOfItem,
      search: (query, limit) => searchItems(database, query, limit),
      onInference: () => metrics.inference.inc(),
      onStoredPage: () => metrics.storedPage.inc(),
    }),
    cycle: () => cycle && { stage: cycle.stage, done: cycle.done, total: cycle.total },
    onDamaged,
    onRouting: async (pushed) => {
      gate.apply(pushed);
      currentRules = pushed;
      return publishRouting(pushed);
    },
    onEditorialChange: live.pinsChanged,
    onCatalogueChange: (ids) => {
      live.itemsChanged(ids);
      pipeline.refresh(`catalogue: ${ids.length} items changed`);
    },
  });
  neverBlock(database);
  neverBlock(servingLog);
  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ address, port }) =>
    log.info("the origin listens", { address, port, data: config.dataDirectory, routing: routing.version }),
  );
  server.on("error", (error: NodeJS.ErrnoException) => {
    const inUse = error.code === "EADDRINUSE";
    log.error(inUse ? `port ${config.port} is in use by another process: set ORIGIN_PORT` : error.message);
    void stop(1);
  });

  /** A store that can't be trusted is not served from. */
  function onDamaged(error: string): void {
    log.error("the database is damaged: the origin ends", {
      database: config.databasePath,
      error,
    });
    void stop(EXIT_USAGE);
  }

  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    server.close();
    clearInterval(observing);
    loopDelay.stop();
    live.stop();
    documents.stop();
    stopPruning();
    await pipeline.stop();
    servingLog.close();
    database.close();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop(0));
}

/** The newest routing; on the first start the one in edge/routing.toml. Throws when neither can be had. */
function firstRouting(database: Database, nowMs: number): RoutingVersion {
  const known = currentRouting(database);
  if (known !== undefined) return known;
  const source = readFileSync(join(REPOSITORY, "edge/routing.toml"), "utf8");
  const parsed = parseRoutingText(source, "toml");
  if (!parsed.ok) {
    throw new ConfigError(
      parsed.issues.map(({ key, reason }) => ({ key: `edge/routing.toml: ${key}`, reason })),
    );
  }
  const note = "the file of the first start";
  const version = pushRouting(database, parsed.routing, source, note, nowMs);
  return { version, routing: parsed.routing, source, note, pushedMs: nowMs };
}

type Progress = Extract<FromPipeline, { type: "progress" }>;

function report(
  message: FromPipeline,
  { log, metrics, pageAge }: { log: Log; metrics: Metrics; pageAge: PageAge },
): void {
  if (message.type === "progress") return;
  if (message.type === "failed") {
    metrics.cycles.inc({ state: "failed" });
    log.error("a refresh cycle failed; what is published stays", {
      reason: message.reason,
      error: message.error,
    });
    return;
  }
  metrics.cycles.inc({ state: "done" });
  metrics.cycleEndedSeconds.set(Date.now() / 1000);
  metrics.eventsFolded.inc(message.report.eventsFolded);
  for (const [stage, seconds] of Object.entries(message.report.seconds))
    metrics.cycleSeconds.set({ stage }, seconds);
  const { pagesBuilt, pagesChanged, pagesKept, pagesWritten, indexWritten, keysRetired } = message.report;
  metrics.cyclePages.inc({ outcome: "changed" }, pagesChanged);
  metrics.cyclePages.inc({ outcome: "kept" }, pagesKept);
  metrics.cyclePages.inc({ outcome: "current" }, pagesBuilt - pagesChanged - pagesKept);
  metrics.kvWrites.inc(pagesWritten + (indexWritten ? 1 : 0) + keysRetired);
  pageAge.update(message.report.confirmed);
  log.info("a refresh cycle is done", message.report);
}

try {
  main();
} catch (error) {
  const { text, code } = endingOf(error);
  process.stderr.write(`${text}\n`);
  // What was opened before it failed would keep the process alive.
  process.exit(code);
}
