/** Interaction events: what clients send, what the queue carries, what the origin stores. */
import * as z from "zod/mini";
import { MAX_TIME_MS } from "./plausible.ts";
import { quickParser } from "./quick-parser.ts";
import { SERVED_AS } from "./served.ts";
import { LEAST_EVENT_MS, readEventTime } from "./time.ts";
import { signalsSchema, type Signals } from "../signals/signals.ts";
import { isNobody, isPlaceholder } from "../signals/plain-value.ts";
import { CLUSTER_ID, CONTEXT_ID, ID_FORM, isId } from "./wire.ts";
import { toIssues, type Issue } from "./zod-issues.ts";

/** `hide` says that its viewer never wants to see the item ("not interested"). */
export const EVENT_TYPES = ["impression", "click", "play", "progress", "complete", "hide"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const MAX_EVENTS_PER_BATCH = 500;
/** The largest body of one `POST /events`. A queue message may hold 128 KB, a batch of messages 256 KB. */
export const MAX_EVENT_BODY_BYTES = 128 * 1024;
/** The largest batch that the edge forwards, which is what its queue has collected. */
const MAX_FORWARDED_EVENTS = 10_000;
const id = z.string().check(z.refine(isId, ID_FORM));

export const PROOFS = ["cookie", "none"] as const;

/**
 * One event as a client sends it. The page fields name the page that it was on; clients copy them from the
 * page and its header.
 */
export const eventSchema = z.object({
  /** Unique, made by the client (a UUID, best version 7). The same id sent twice counts once. */
  id,
  type: z.enum(EVENT_TYPES),
  item: id,
  /** When absent, the user is the batch's user, else the visitor of the cookie. */
  user: z.optional(id),
  /**
   * ISO 8601, or seconds, milliseconds, microseconds or nanoseconds since 1970; see time.ts. When absent, the
   * time of receipt counts.
   */
  time: z.optional(z.union([z.string(), z.number()])),
  servedAs: z.optional(z.enum(SERVED_AS)),
  cluster: z.optional(z.string().check(z.regex(CLUSTER_ID, "must match [a-z0-9._-]{1,64}"))),
  generation: z.optional(z.int().check(z.gte(0))),
  context: z.optional(z.string().check(z.regex(CONTEXT_ID, "must match [a-z0-9-]{1,32}"))),
  carousel: z.optional(id),
  /** The place of the item in its carousel, from 0. */
  position: z.optional(z.int().check(z.gte(0), z.lte(10_000))),
  /** The share of the item that was watched, 0–1; only with `progress`. */
  progress: z.optional(z.number().check(z.gte(0), z.lte(1))),
});

/** An event on its way from edge to origin: its user and its time are final. */
export type StoredEvent = Omit<z.infer<typeof eventSchema>, "user" | "time"> & {
  readonly user: string;
  readonly timeMs: number;
  /** When it was taken from the client, where the client has named a time of its own. */
  readonly takenMs?: number | undefined;
  /** The visitor's signals when the edge received the event. */
  readonly signals?: Signals | undefined;
  /**
   * What speaks for the user's id where no token does: a visitor cookie that the edge issued, or nothing. It
   * is absent for a user with a token, and for what a gateway posts to the origin.
   */
  readonly proof?: (typeof PROOFS)[number] | undefined;
  /** A keyed hash of the network that such an event came from, as coarse as in the serving log. */
  readonly network?: string | undefined;
};

/** The body of the edge's `POST /events` to the origin, and of one queue message. */
export type EventBatch = { readonly events: readonly StoredEvent[] };

export type RefusedEvent = Issue & { readonly index: number; readonly id?: string };

export type EventBatchResult =
  | { readonly ok: true; readonly events: readonly StoredEvent[]; readonly refused: readonly RefusedEvent[] }
  /** No event could be accepted. */
  | { readonly ok: false; readonly issues: readonly (Issue & { readonly index?: number })[] };

type EventResult =
  | { readonly ok: true; readonly event: StoredEvent }
  | { readonly ok: false; readonly issues: readonly Issue[] };

export type EventOwner = {
  /** The user of all events that name none. */
  readonly user: string | undefined;
  readonly signals?: Signals | undefined;
  readonly nowMs: number;
};

const envelopeSchema = z.union([
  z.array(z.unknown()),
  z.pipe(
    z.object({ events: z.array(z.unknown()) }),
    z.transform(({ events }) => events),
  ),
]);

/**
 * Parses a client's batch, `{ "events": […] }` or the bare array. One bad event costs only itself: the others
 * are returned, and `refused` says what was wrong with it.
 */
export function parseEventBatch(value: unknown, owner: EventOwner): EventBatchResult {
  const parsed = parseEnvelope(value, MAX_EVENTS_PER_BATCH, (raw) => parseEvent(raw, owner));
  if (!parsed.ok || parsed.events.length > 0) return parsed;
  return parsed.refused.length > 0
    ? { ok: false, issues: parsed.refused }
    : refuseBatch("must hold at least one event");
}

const readEvent = quickParser(eventSchema);

function parseEvent(raw: unknown, owner: EventOwner): EventResult {
  const parsed = readEvent(raw);
  if (!parsed.success) return { ok: false, issues: toIssues(parsed.error) };
  const nothing = placeholders(parsed.data);
  if (nothing.length > 0) return { ok: false, issues: nothing };
  const { user: named, time, ...rest } = withoutEmptyClaims(parsed.data);
  const user = named === undefined || isNobody(named) ? owner.user : named;
  if (user === undefined) return { ok: false, issues: [{ key: "user", reason: "is missing" }] };
  const read =
    time === undefined ? ({ ok: true, timeMs: owner.nowMs } as const) : readEventTime(time, owner.nowMs);
  if (!read.ok) return { ok: false, issues: [{ key: "time", reason: read.reason }] };
  // The event of a clock that is a little ahead has just happened.
  const event = {
    ...rest,
    user,
    timeMs: Math.min(read.timeMs, owner.nowMs),
    ...(time !== undefined && { takenMs: owner.nowMs }),
  };
  return { ok: true, event: owner.signals === undefined ? event : { ...event, signals: owner.signals } };
}

/** An event that names nothing is of no use, and all of them with the id `undefined` would count once. */
function placeholders({ id: own, item }: z.infer<typeof eventSchema>): Issue[] {
  return Object.entries({ id: own, item }).flatMap(([key, value]) =>
    isPlaceholder(value) ? [{ key, reason: `"${value}" stands for no value` }] : [],
  );
}

/** A claim that says nothing is none; the event itself counts. */
function withoutEmptyClaims(event: z.infer<typeof eventSchema>): z.infer<typeof eventSchema> {
  const { cluster, context, carousel } = event;
  if (![cluster, context, carousel].some((claim) => claim !== undefined && isPlaceholder(claim)))
    return event;
  return { ...event, cluster: said(cluster), context: said(context), carousel: said(carousel) };
}

function said(claim: string | undefined): string | undefined {
  return claim === undefined || isPlaceholder(claim) ? undefined : claim;
}

export const storedEventSchema = z.extend(z.omit(eventSchema, { user: true, time: true }), {
  user: id,
  timeMs: z.int().check(z.gte(LEAST_EVENT_MS, "is before 1990"), z.lte(MAX_TIME_MS, "is after 2100")),
  takenMs: z.optional(z.int()),
  signals: z.optional(signalsSchema),
  proof: z.optional(z.enum(PROOFS)),
  network: z.optional(z.string().check(z.regex(/^[0-9a-f]{16}$/))),
});

const readStoredEvent = quickParser(storedEventSchema);

/** Parses an event as the edge forwards it. */
export function parseStoredEvent(raw: unknown): EventResult {
  const parsed = readStoredEvent(raw);
  return parsed.success ? { ok: true, event: parsed.data } : { ok: false, issues: toIssues(parsed.error) };
}

/**
 * Parses a batch as the edge forwards it. Here too one bad event costs only itself, and a batch of nothing
 * but bad events is not an error.
 */
export function parseStoredEvents(value: unknown): EventBatchResult {
  return parseEnvelope(value, MAX_FORWARDED_EVENTS, parseStoredEvent);
}

function parseEnvelope(
  value: unknown,
  maxEvents: number,
  parse: (raw: unknown) => EventResult,
): EventBatchResult {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) {
    return refuseBatch('must be an array of events: { "events": [ … ] }');
  }
  const list = envelope.data;
  if (list.length > maxEvents) {
    return refuseBatch(`holds ${list.length} events; at most ${maxEvents} are taken at once`);
  }
  const events: StoredEvent[] = [];
  const refused: RefusedEvent[] = [];
  for (const [index, raw] of list.entries()) {
    const outcome = parse(raw);
    if (outcome.ok) events.push(outcome.event);
    else refused.push(...outcome.issues.map((issue) => ({ index, ...idOf(raw), ...issue })));
  }
  return { ok: true, events, refused };
}

function refuseBatch(reason: string): EventBatchResult {
  return { ok: false, issues: [{ key: "events", reason }] };
}

function idOf(raw: unknown): { id?: string } {
  const claimed = typeof raw === "object" && raw !== null && "id" in raw ? raw.id : undefined;
  return typeof claimed === "string" && isId(claimed) ? { id: claimed } : {};
}
