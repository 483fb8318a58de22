/**
 * Answers `POST /events`: stores events from our edge's queue or from a client, and answers 202 once they are
 * durable.
 */
import { Hono, type Context } from "hono";
import {
  MAX_EVENT_BODY_BYTES,
  parseEventBatch,
  parseStoredEvents,
  type EventBatchResult,
} from "@spillway/shared/protocol/events.ts";
import { readUser } from "@spillway/shared/protocol/request-query.ts";
import { storeLetters } from "../dead-letters/store-letters.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { Rollouts } from "../rollout/rollouts.ts";
import type { TimeBudget } from "../serving/gate/time-budget.ts";
import { isStorageUnavailable, type Database } from "@spillway/store/database.ts";
import { insertEvents, type InsertedEvents } from "@spillway/store/events/events.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { hasBearer } from "./auth.ts";
import { readJson } from "./body.ts";
import { parametersOf } from "./parameters.ts";
import { refuse, refuseFor, refuseForNow } from "./reply.ts";

/** The edge forwards what its queue has collected: several clients' batches at once. */
const MAX_EDGE_BODY_BYTES = 2 * 1024 * 1024;

export type EventsDeps = {
  readonly database: Database;
  readonly metrics: Pick<
    Metrics,
    "eventsStored" | "eventsDuplicate" | "eventsRefused" | "eventsDeferred" | "storageUnavailable"
  >;
  /** The share of the serving thread's time that events may use, so that many events cannot delay pages. */
  readonly eventsBudget: TimeBudget;
  readonly rollouts: Pick<Rollouts, "did">;
  readonly nowMs: () => number;
};

type EventsRoutesDeps = EventsDeps & {
  /** Whoever has one of these as a bearer, a gateway, vouches for the users whom it names. */
  readonly gatewayTokens: readonly string[];
};

export function eventsRoutes(deps: EventsRoutesDeps): Hono {
  return new Hono().post("/events", async (c) =>
    c.get("signedByEdge") === undefined ? fromClient(c, deps) : fromEdge(c, deps),
  );
}

async function fromEdge(c: Context, deps: EventsDeps): Promise<Response> {
  const body = await readJson(c, MAX_EDGE_BODY_BYTES);
  if (body.kind === "refused") return refuseFor(c, body);
  const parsed = parseStoredEvents(body.value);
  if (!parsed.ok) {
    deps.metrics.eventsRefused.inc(1);
    return refuse(c, 400, "the batch is not valid; nothing was stored", parsed.issues);
  }
  deps.metrics.eventsRefused.inc(distinctEvents(parsed.refused));
  // Nobody can correct what comes from a queue, so that bad events are stored as dead letters.
  return store(c, deps, parsed, (nowMs) =>
    parsed.refused.length === 0
      ? insertEvents(deps.database, parsed.events, nowMs)
      : storeLetters(deps.database, [body.value], nowMs),
  );
}

async function fromClient(c: Context, deps: EventsRoutesDeps): Promise<Response> {
  const user = readUser(parametersOf(c));
  if (typeof user === "object") return refuseFor(c, user);
  const body = await readJson(c, MAX_EVENT_BODY_BYTES);
  if (body.kind === "refused") return refuseFor(c, body);
  const parsed = parseEventBatch(body.value, { user, nowMs: deps.nowMs() });
  if (!parsed.ok) {
    deps.metrics.eventsRefused.inc(Math.max(1, distinctEvents(parsed.issues)));
    return refuse(c, 400, "no event could be taken", parsed.issues);
  }
  deps.metrics.eventsRefused.inc(distinctEvents(parsed.refused));
  const events = hasBearer(c, deps.gatewayTokens)
    ? parsed.events
    : parsed.events.map((event) => ({ ...event, proof: "none" as const }));
  return store(c, deps, parsed, (nowMs) => insertEvents(deps.database, events, nowMs));
}

async function store(
  c: Context,
  deps: EventsDeps,
  { events, refused }: EventBatchResult & { readonly ok: true },
  write: (nowMs: number) => InsertedEvents,
): Promise<Response> {
  if (!deps.eventsBudget.isLeft()) {
    deps.metrics.eventsDeferred.inc(events.length);
    return refuseForNow(c);
  }
  let stored: InsertedEvents;
  try {
    stored = await queueWrite(() => deps.eventsBudget.spend(() => write(deps.nowMs())));
  } catch (error) {
    if (!isStorageUnavailable(error)) throw error;
    deps.metrics.storageUnavailable.inc({ route: "/events" });
    return refuseForNow(c);
  }
  deps.metrics.eventsStored.inc(stored.inserted);
  // What comes again has been counted.
  if (stored.duplicates === 0) deps.rollouts.did(events);
  deps.metrics.eventsDuplicate.inc(stored.duplicates);
  return c.json({ accepted: stored.inserted, duplicates: stored.duplicates, refused }, 202);
}

/** Counts events and not issues, since an event may have several. */
function distinctEvents(issues: readonly { readonly index?: number }[]): number {
  return new Set(issues.flatMap(({ index }) => index ?? [])).size;
}
