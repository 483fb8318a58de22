/** The worker: composition root, `fetch` and `queue` handlers. */
import { createConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { createUserHash, type UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { IsolateAdmission } from "@spillway/shared/admission/isolate-admission.ts";
import { createAdmit } from "./admission/admission.ts";
import { createApp, whenBroken } from "./app.ts";
import { createDeadLetterConsumer, isDeadLetterQueue } from "./events/dead-letter-consumer.ts";
import { eventQueues, readConfig, type Bindings, type EdgeConfig } from "./env.ts";
import { createEventConsumer } from "./events/event-consumer.ts";
import { createDelivery } from "./events/event-delivery.ts";
import { createEventSink } from "./events/event-sink.ts";
import type { MessageConsumer } from "./events/queue-consumer.ts";
import { createFailures, type Failures } from "./failures.ts";
import { createCountedKv } from "./metrics/counted-kv.ts";
import { createServedCounts } from "./metrics/served-counts.ts";
import { andThen, type MaybePromise } from "./maybe-promise.ts";
import { createOriginCall } from "./origin/origin-call.ts";
import { pagesBytes } from "./memory/isolate-memory.ts";
import { createPackSource } from "./packs/pack-source.ts";
import { createTailorPage } from "./pages/tailor-page.ts";
import { createPageSource } from "./pages/page-source.ts";
import { createPinOverlay } from "./pages/pin-overlay.ts";
import { createRolloutWatch } from "./rollout/rollout-watch.ts";
import { lookForOrigin } from "./origin/look.ts";
import { createPublishedState } from "./published/published-state.ts";
import { createSample, NO_SAMPLE, type Sample } from "./serving-log/sample.ts";
import { createServingConsumer, isServingLogQueue } from "./serving-log/serving-consumer.ts";
import { createServingLog, NO_SERVING_LOG, type ServingLog } from "./serving-log/serving-log.ts";
import { createServingSink } from "./serving-log/serving-sink.ts";
import { createVisitorIds } from "./identity/visitor-ids.ts";
import { createPostLimits } from "./events/post-limits.ts";
import { createRateLimited } from "./rate-limited.ts";
import { createViewerMap } from "./viewer/viewer-map.ts";
import { createViewers } from "./viewer/viewers.ts";
import { createUserTokens } from "./identity/user-token.ts";

type Edge = {
  readonly app: ReturnType<typeof createApp>;
  readonly consume: MessageConsumer;
  readonly consumeDeadLetters: MessageConsumer;
  readonly consumeServingLog: MessageConsumer;
};

const QUEUE_DEADLINE_MS = 3000;
/** This deadline is for events that go straight to the origin while a client waits. */
const DIRECT_DEADLINE_MS = 2000;
const CONSUMER_DEADLINE_MS = 10_000;
/** Who posts events waits for the packs of an isolate that has just begun: nobody looks at the answer. */
const PACK_DEADLINE_MS = 2000;
/**
 * A client that posts events waits for the queue as well. A flood must not be let through while it is
 * counted.
 */
const LIMITER_DEADLINE_MS = 2000;

export function createEdge(env: Bindings, originCallOf = createOriginCall): Edge {
  const config = readConfig(env);
  // oxlint-disable-next-line no-console -- the worker's log
  const failures = createFailures((line) => console.error(line));
  const clock = Date.now;
  const hashUser = createUserHash(config.userHash.key);
  const { kv, reads: kvReads } = createCountedKv(env.PAGES);
  const reader = { kv, cycleMs: config.readCycleMs, failures };
  const packs = createPackSource(reader);
  const rollouts = createRolloutWatch({ ask: () => abortedRollout(), clock, sleep });
  const callOrigin = originCallOf(config.origin, failures, rollouts.heard);
  // The id of a report has to begin with a letter.
  const isolate = `i${crypto.randomUUID()}`;
  const watched = env.ORIGIN_WATCH;
  /** What an isolate learns that asks the origin itself, `rollouts.heard` has heard. */
  const abortedRollout = async (): Promise<string | undefined> => {
    if (watched !== undefined) return watched.getByName("origin").abortedRollout();
    await lookForOrigin(callOrigin, clock());
    return undefined;
  };
  const deliver = createDelivery(callOrigin, clock, "events");
  const retries = {
    failures,
    retryBaseS: config.retryBaseS,
    retryCapS: config.retryCapS,
    deadlineMs: CONSUMER_DEADLINE_MS,
  };
  const visitorIds = createVisitorIds(hashUser);
  const limited = (limiter: RateLimit | undefined) =>
    createRateLimited(limiter, failures, LIMITER_DEADLINE_MS);
  const sample = sampleOf(env, config, hashUser);
  const sink = createEventSink({
    queues: eventQueues(env),
    deliver,
    failures,
    queueDeadlineMs: QUEUE_DEADLINE_MS,
    originDeadlineMs: DIRECT_DEADLINE_MS,
    draw: Math.random,
  });
  return {
    app: createApp({
      consoleSessions: config.origin && createConsoleSessions(...config.origin.tokens),
      config,
      state: createPublishedState(reader, config.kvDeadlineMs, packs),
      rollouts,
      packs,
      pages: createPageSource(reader, () => pagesBytes(packs.size())),
      overlay: createPinOverlay(),
      tailor: createTailorPage(failures),
      admission: createAdmit({
        isolate: new IsolateAdmission({
          isolate,
          draw: Math.random,
          hasWatch: watched !== undefined,
        }),
        limiter: env.COLD_LIMIT,
        // All isolates of the world ask the same object.
        watch: watched && (() => watched.getByName("origin").untilBack()),
        failures,
        clock,
        draw: Math.random,
      }),
      callOrigin,
      userTokens: config.userTokens && createUserTokens(config.userTokens, failures),
      sink,
      gatewayTokens: config.origin?.tokens ?? [],
      limits: createPostLimits({
        newIds: limited(env.NEW_ID_LIMIT),
        visitors: limited(env.VISITOR_LIMIT),
        ids: visitorIds,
        hash: hashUser,
        draw: Math.random,
      }),
      isolate,
      startedMs: clock(),
      servedCounts: createServedCounts(),
      kvReads,
      servingLog: servingLogOf(env, config, { isolate, failures, sample, kvReads }),
      sample,
      hashUser,
      viewers: createViewers(hashUser),
      viewerMap: createViewerMap(reader, clock),
      items: () => andThen(packs.arrival(PACK_DEADLINE_MS), (pair) => pair?.catalogue),
      failures,
      kvDeadlineMs: config.kvDeadlineMs,
      clock,
      newId: visitorIds.issue,
    }),
    consume: createEventConsumer({ ...retries, deliver, deadLetters: env.DEAD_LETTERS }),
    consumeDeadLetters: createDeadLetterConsumer({
      ...retries,
      deliver: createDelivery(callOrigin, clock, "letters"),
    }),
    consumeServingLog: createServingConsumer({
      ...retries,
      deliver: createDelivery(callOrigin, clock, "reports"),
    }),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

type ServingLogParts = {
  readonly isolate: string;
  readonly failures: Failures;
  readonly sample: Sample;
  readonly kvReads: () => number;
};

/** There is no log without a queue, or without a secret to hash users with. */
function servingLogOf(
  { SERVING_LOG }: Bindings,
  { userHash, servingLogFlushMs: flushAfterMs }: EdgeConfig,
  { isolate, failures, sample, kvReads }: ServingLogParts,
): ServingLog {
  if (SERVING_LOG === undefined || userHash.key === "") return NO_SERVING_LOG;
  return createServingLog({
    isolate,
    send: createServingSink({ queue: SERVING_LOG, failures, deadlineMs: QUEUE_DEADLINE_MS }),
    takeSample: sample.take,
    kvReads,
    sleep,
    flushAfterMs,
  });
}

/** It travels with the serving log. */
function sampleOf(
  { SERVING_LOG }: Bindings,
  { userHash, servingLogFlushMs, recordsSample }: EdgeConfig,
  hashUser: (user: string) => UserHash,
): Sample {
  if (SERVING_LOG === undefined || userHash.key === "" || !recordsSample) return NO_SAMPLE;
  return createSample({ draw: Math.random, hashUser, everyMs: servingLogFlushMs });
}

export { OriginWatch } from "./origin/origin-watch.ts";

/** A viewer gets an answer, whatever is broken: also where the edge cannot be made. */
export function answerAlways(
  edgeOf: (env: Bindings) => Edge,
  request: Request,
  env: Bindings,
  context: ExecutionContext,
): MaybePromise<Response> {
  const broken = (error: unknown): Response => {
    // oxlint-disable-next-line no-console -- the worker's log
    console.error(JSON.stringify({ level: "error", failure: "unexpected", detail: reasonOf(error) }));
    return whenBroken(request.url);
  };
  try {
    const answer = edgeOf(env).app.fetch(request, env, context);
    return answer instanceof Promise ? answer.catch(broken) : answer;
  } catch (error) {
    return broken(error);
  }
}

// The edge is made on the first request, since the platform allows neither I/O nor a clock at global scope.
let edge: Edge | undefined;

function theEdge(env: Bindings): Edge {
  return (edge ??= createEdge(env));
}

export default {
  fetch: (request, env, context) => answerAlways(theEdge, request, env, context),
  queue: (batch, env) => {
    const { consume, consumeDeadLetters, consumeServingLog } = theEdge(env);
    if (isServingLogQueue(batch.queue)) return consumeServingLog(batch.messages);
    return isDeadLetterQueue(batch.queue) ? consumeDeadLetters(batch.messages) : consume(batch.messages);
  },
} satisfies ExportedHandler<Bindings>;
