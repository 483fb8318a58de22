/** The composition root of the origin's process: it opens the store, starts the pipeline, and serves. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import type { NowModel } from "@spillway/shared/protocol/now-state.ts";
import { publishedIssues } from "@spillway/shared/protocol/published.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { searchItems } from "@spillway/store/catalogue/item-search.ts";
import { itemSeqById } from "@spillway/store/catalogue/items.ts";
import { openDatabase, refuseDamaged, type Database } from "@spillway/store/database.ts";
import { countWaitingLetters } from "@spillway/store/events/dead-letters.ts";
import { erasuresDocument } from "@spillway/store/events/viewer-erasures.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { getPage } from "@spillway/store/pages/pages.ts";
import { currentColumns } from "@spillway/store/profiles/stored-profile.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { keepFilesPrivate, makeDataFolderPrivate } from "@spillway/store/folder/private-files.ts";
import { disableBusyWaiting } from "@spillway/store/write-queue.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { createFetch, type OriginFetch } from "./app.ts";
import { loadConfig, readEnvironment, type Config } from "./config.ts";
import { pinIssues } from "./editorial/check-pins.ts";
import { keepPublishingDrafts } from "./editorial/publish-drafts.ts";
import { createDryRunner } from "./dry-run/dry-run-process.ts";
import { endingOf, EXIT_FAILED, EXIT_USAGE } from "./exit.ts";
import { firstRouting } from "./routing/first-routing.ts";
import { cloudflareRestKv } from "./kv/cloudflare-rest.ts";
import {
  createDocumentPublisher,
  type DocumentPublisher,
  type DocumentPublisherDeps,
} from "./kv/document-publisher.ts";
import { createEdgeProof } from "./http/edge-proof.ts";
import { createSingleUse } from "./http/single-use.ts";
import { startLearning } from "./learning.ts";
import { createLog, type Log } from "./monitoring/log.ts";
import { createMetrics, type Metrics } from "./monitoring/metrics.ts";
import { createPageAge, type PageAge } from "./monitoring/page-age.ts";
import { openNow } from "./monitoring/now/open-now.ts";
import { createStoredReader } from "./monitoring/now/read-stored.ts";
import { judgedBy, recordCycle } from "./monitoring/record-cycle.ts";
import { createRehearsals } from "./rehearsals/rehearsals.ts";
import { ReportDesk } from "./reports/report-desk.ts";
import { createIsolateVersions } from "./rollout/isolate-versions.ts";
import { readRollout } from "./rollout/read-rollout.ts";
import { Rollouts } from "./rollout/rollouts.ts";
import { createRoutingInForce } from "./routing/routing-in-force.ts";
import { keepPruned } from "./serving-log/prune.ts";
import { openServingLog, type ServingLog } from "./serving-log/serving-log.ts";
import { createRecommender, type Recommender } from "./serving/answers/recommender.ts";
import { createLoopDelay } from "./serving/gate/loop-delay.ts";
import { createRoutingGate, type RoutingGate } from "./serving/gate/routing-gate.ts";
import { createTimeBudget } from "./serving/gate/time-budget.ts";
import type { LiveSnapshot } from "./serving/snapshot/live-snapshot.ts";
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";

const PUBLISH_RETRY_MS = 1000;
/** The share of the serving thread's time that events may use. */
const EVENTS_TIME_SHARE = 0.3;
/** The overload trim expects a delay ten times a second. */
const OBSERVE_DELAY_MS = 100;
/** The objective for the page age, in refresh cadences. It allows for one cycle that is late or fails. */
const PAGE_AGE_CADENCES = 2;
/** The deadline for writing a document is short, since an operator waits for it. */
const DOCUMENT_DEADLINE_MS = 3000;

const ROLLOUT_TICK_MS = 1000;

const nowMs = Date.now;

function monotonicMs(): number {
  return performance.now();
}

async function main(): Promise<void> {
  keepFilesPrivate();
  const config = loadConfig(readEnvironment());
  const log = createLog(config.logLevel);
  const metrics = createMetrics();
  /** What must be closed at the end, in reverse order of opening. */
  const open = new AsyncDisposableStack();
  const stop = (code: number): void => {
    if (!open.disposed) void open.disposeAsync().finally(() => process.exit(code));
  };
  /** The origin does not serve from a damaged store. */
  const onDamaged = (error: string): void => {
    log.error("the database is damaged: the origin ends", { database: config.databasePath, error });
    stop(EXIT_USAGE);
  };

  const { database, servingLog } = openStores(config, log, open, metrics);
  const documents = openDocuments(config, open, (key, reason) => {
    metrics.documentsRefused.inc({ document: key });
    log.error("a document can't be published", { document: key, reason });
  });
  const operatorStore = sqliteOperatorStore(database);
  const routing = await firstRouting(operatorStore.routing, nowMs());
  const override = await operatorStore.modeOverride.current(nowMs());
  const gate = openGate(config, { ...routing, override }, open);
  warnOfHashes(config, log);
  const singleUse = createSingleUse({
    name: config.instanceName,
    newId: () => randomBytes(12).toString("base64url"),
  });
  const publishErasures = (): void => {
    const erasures = erasuresDocument(database, nowMs());
    if (erasures !== undefined) void documents.publish(KV_KEY.erasures, JSON.stringify(erasures));
  };
  let kickOffs: readonly number[] = [];
  const rules = createRoutingInForce(
    { ...routing, override },
    gate,
    documents,
    singleUse.instance,
    () => rollouts.published(),
    () => kickOffs,
  );
  const hashUser = createUserHash(config.userHashKey);
  const rollouts = new Rollouts({
    store: operatorStore,
    nowMs,
    hashUser,
    leadMs: config.rolloutLeadS * 1000,
    stepMs: config.rolloutStepS * 1000,
    load: () => ({ isOver: gate.isOver(), mode: gate.mode() }),
    publish: () => rules.publish(),
    held: () => rules.heldRollout(),
    apply: (pushed) => rules.apply(pushed),
    onEnd: (how) => metrics.rolloutsEnded.inc({ how }),
    log,
  });
  metrics.exposeRollout(() => ({ share: rollouts.share() }));
  await rollouts.resume(routing.version);
  const advancing = setInterval(() => void rollouts.tick(), ROLLOUT_TICK_MS);
  open.defer(async () => {
    clearInterval(advancing);
    await rollouts.keep();
  });
  const pageAge = exposeFigures(config, { metrics, gate, database });
  const isolateVersions = createIsolateVersions();
  let judged: NowModel | undefined;
  const { now, ruleHits, past } = await openNow(
    {
      nowMs,
      instance: singleUse.instance,
      instances: config.instances,
      gate,
      pageAge,
      isolates: isolateVersions,
      judged: () => judged,
      stored: createStoredReader(
        database,
        operatorStore,
        () => readRollout({ rollouts, isolateVersions, operatorStore, nowMs }),
        nowMs,
      ),
    },
    {
      operatorStore,
      keepDays: config.nowDays,
      onError: (error) => log.error("the history of Now can't be kept", { error: reasonOf(error) }),
    },
    open,
  );
  const { live, pipeline, cycle } = startLearning({
    database,
    log,
    nowMs,
    onSnapshot: ({ editorialDocument, data }) => {
      kickOffs = data.kickOffs;
      // Snapshots come at least once a minute. What KV holds already is not written again.
      void documents.publish(KV_KEY.editorial, JSON.stringify(editorialDocument));
      void rules.publish();
      publishErasures();
    },
    onCycle: (message) => {
      judged = judgedBy(message, nowMs()) ?? judged;
      recordCycle(message, { log, metrics, pageAge });
    },
    onDamaged,
    stop,
  });
  open.defer(pipeline.stop);
  open.defer(live.stop);
  const contentNowMs = () => nowMs() + live.clockOffsetMs();
  open.defer(
    keepPublishingDrafts(
      {
        operatorStore,
        nowMs,
        contentNowMs,
        check: (pins) => pinIssues(database, { pins }, undefined),
        onEditorialChange: live.pinsChanged,
      },
      (error) => log.error("drafts of pins can't be published", { error: reasonOf(error) }),
    ),
  );
  const dryRunner = createDryRunner(config.databasePath);
  open.defer(dryRunner.stop);
  const reports = new ReportDesk({
    databasePath: config.databasePath,
    servingLogPath: join(config.dataDirectory, SERVING_LOG_FILE),
    nowMs,
  });
  open.defer(() => reports.stop());
  const rehearsals = createRehearsals(nowMs);
  open.defer(rehearsals.stop);
  const fetch = createFetch({
    config,
    database,
    operatorStore,
    consoleSessions: createConsoleSessions(...config.edgeTokens),
    edgeProof: createEdgeProof(...config.edgeTokens),
    singleUse,
    metrics,
    log,
    isolateVersions,
    gate: now.gate,
    now,
    past,
    ruleHits,
    onReport: (report) => {
      now.reported(report, nowMs());
      ruleHits.add(report, nowMs());
      rollouts.served(report.records);
    },
    rollouts,
    eventsBudget: createTimeBudget(EVENTS_TIME_SHARE, monotonicMs),
    servingLog,
    hashUser,
    onErasures: publishErasures,
    nowMs,
    contentNowMs,
    recommender: recommenderOf(database, live, metrics),
    cycle,
    onDamaged,
    dryRunner,
    reports,
    rehearsals,
    onModeOverride: rules.force,
    onRouting: async (pushed) => {
      await rollouts.superseded(pushed.version);
      return rules.apply(pushed);
    },
    onEditorialChange: live.pinsChanged,
    onCatalogueChange: (ids) => {
      live.itemsChanged(ids);
      pipeline.refresh(`catalogue: ${counted(ids.length, "item")} changed`);
    },
  });
  disableBusyWaiting(database);
  disableBusyWaiting(servingLog);
  listen(fetch, config, { log, open, stop, routingVersion: routing.version });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop(0));
}

/** Without a key of their own, users' hashes change with the edge token: logs and lists know nobody then. */
function warnOfHashes({ hasUserHashKey, edgeTokens }: Config, log: Log): void {
  if (hasUserHashKey) return;
  const hint = "set USER_HASH_KEY at origin and edge to the EDGE_TOKEN that they were made with";
  if (edgeTokens.length > 1) log.warn("a new EDGE_TOKEN has changed the hashes of all users", { hint });
  else log.info("users' hashes are keyed with EDGE_TOKEN", { hint });
}

type Listening = {
  readonly log: Log;
  readonly open: AsyncDisposableStack;
  readonly stop: (code: number) => void;
  readonly routingVersion: number;
};

function listen(fetch: OriginFetch, config: Config, { log, open, stop, routingVersion }: Listening): void {
  const { host: hostname, port } = config;
  const server = serve({ fetch, hostname, port }, ({ address, port: bound }) =>
    log.info("the origin listens", {
      address,
      port: bound,
      data: config.dataDirectory,
      routing: routingVersion,
    }),
  );
  open.defer(() => void server.close());
  server.on("error", (error: NodeJS.ErrnoException) => {
    const inUse = error.code === "EADDRINUSE";
    log.error(inUse ? `port ${port} is in use by another process: set ORIGIN_PORT` : error.message);
    stop(EXIT_FAILED);
  });
}

function openStores(
  config: Config,
  log: Log,
  open: AsyncDisposableStack,
  metrics: Metrics,
): { readonly database: Database; readonly servingLog: ServingLog } {
  const database = openDatabase(config.databasePath);
  makeDataFolderPrivate(config.dataDirectory);
  open.defer(() => database.close());
  const servingLog = openServingLog(join(config.dataDirectory, SERVING_LOG_FILE), {
    draw: Math.random,
    onTuples: (arrived) => {
      for (const [outcome, count] of Object.entries(arrived)) metrics.sampleTuples.inc({ outcome }, count);
    },
  });
  open.defer(() => servingLog.close());
  refuseDamaged(database.sqlite);
  refuseDamaged(servingLog.sqlite);
  open.defer(
    keepPruned(servingLog, config.servingLogDays, nowMs, (error) =>
      log.error("the serving log can't be pruned", { error: String(error) }),
    ),
  );
  return { database, servingLog };
}

function openDocuments(
  config: Config,
  open: AsyncDisposableStack,
  onRefused: DocumentPublisherDeps["onRefused"],
): DocumentPublisher {
  const documents = createDocumentPublisher({
    kv: cloudflareRestKv({ ...config.kv, deadlineMs: DOCUMENT_DEADLINE_MS }),
    retryMs: PUBLISH_RETRY_MS,
    check: publishedIssues,
    onRefused,
  });
  open.defer(documents.stop);
  return documents;
}

/** Opens the gate, and measures the delay of the event loop for it. */
function openGate(config: Config, routing: PublishedRouting, open: AsyncDisposableStack): RoutingGate {
  const gate = createRoutingGate(routing, { ...config, wallMs: nowMs, monotonicMs, draw: Math.random });
  const loopDelay = createLoopDelay(monotonicMs);
  open.defer(loopDelay.stop);
  const observing = setInterval(() => gate.observeDelay(loopDelay.takeMaxMs()), OBSERVE_DELAY_MS);
  open.defer(() => clearInterval(observing));
  return gate;
}

/** Registers the figures that are read whenever the metrics are requested. */
function exposeFigures(
  config: Config,
  { metrics, gate, database }: Readonly<{ metrics: Metrics; gate: RoutingGate; database: Database }>,
): PageAge {
  const pageAge = createPageAge(PAGE_AGE_CADENCES * config.refreshCadenceS * 1000);
  metrics.exposeGate(gate.figures);
  metrics.exposePageAge(() => pageAge.read(nowMs()));
  metrics.exposeDeadLetters(() => ({ waiting: countWaitingLetters(database) }));
  return pageAge;
}

function recommenderOf(database: Database, live: LiveSnapshot, metrics: Metrics): Recommender {
  const seqOfItem = (id: string): number | undefined => itemSeqById(database, id);
  const foldContext = {
    seqOfItem,
    get clockOffsetMs() {
      return live.clockOffsetMs();
    },
  };
  return createRecommender({
    snapshot: live.current,
    clockOffsetMs: live.clockOffsetMs,
    profileOf: (user) => currentColumns(database, user, foldContext),
    pageOf: (context, cluster) => getPage(database, context, cluster),
    seqOfItem,
    search: (query, limit) => searchItems(database, query, limit),
    onInference: () => metrics.inference.inc(),
    onStoredPage: () => metrics.storedPage.inc(),
  });
}

try {
  await main();
} catch (error) {
  const { text, code } = endingOf(error);
  process.stderr.write(`${text}\n`);
  // The process must be ended, since what was opened before the error would keep it alive.
  process.exit(code);
}
