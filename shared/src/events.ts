/** Interaction events: what clients send, what the queue carries, what the origin stores. */
import * as z from "zod/mini";
import { SERVED_AS } from "./served.ts";
import { signalsSchema, type Signals } from "./signals.ts";
import { CLUSTER_ID, CONTEXT_ID, isId, MAX_ID_LENGTH } from "./wire.ts";
import { toIssues, type Issue } from "./zod-issues.ts";

export const EVENT_TYPES = ["impression", "click", "play", "progress", "complete"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const MAX_EVENTS_PER_BATCH = 500;
/** Of one `POST /events`. A queue message may hold 128 KB, a batch of messages 256 KB. */
export const MAX_EVENT_BODY_BYTES = 128 * 1024;
/** A device whose clock is fast by less than this is believed to mean now; by more, it is wrong about everything. */
const MAX_CLOCK_LEAD_MS = 24 * 3600 * 1000;

const id = z
  .string()
  .check(z.refine(isId, `must be 1–${MAX_ID_LENGTH} characters without control characters`));

/** One event as a client sends it. Page fields say which page it was on; they are copied from the page and its header. */
const eventSchema = z.object({
  /** Unique, made by the client (a UUID, best version 7): the same id sent twice counts once. */
  id,
  type: z.enum(EVENT_TYPES),
  item: id,
  /** Absent: the batch's user, else the visitor cookie. */
  user: z.optional(id),
  /** ISO 8601 with an offset, or milliseconds since 1970; absent: the time of receipt. */
  time: z.optional(z.union([z.iso.datetime({ offset: true }), z.number().check(z.gte(0), z.lte(8.64e15))])),
  servedAs: z.optional(z.enum(SERVED_AS)),
  cluster: z.optional(z.string().check(z.regex(CLUSTER_ID))),
  generation: z.optional(z.int().check(z.gte(0))),
  context: z.optional(z.string().check(z.regex(CONTEXT_ID))),
  carousel: z.optional(z.string().check(z.minLength(1), z.maxLength(96))),
  /** Of the item in its carousel, from 0. */
  position: z.optional(z.int().check(z.gte(0), z.lte(10_000))),
  /** For `progress`: share of the item watched, 0–1. */
  progress: z.optional(z.number().check(z.gte(0), z.lte(1))),
});

/** An event on its way from edge to origin: whose it is and when it happened are settled. */
export type StoredEvent = Omit<z.infer<typeof eventSchema>, "user" | "time"> & {
  readonly user: string;
  readonly timeMs: number;
  /** The visitor's signals when the event was received. */
  readonly signals?: Signals | undefined;
};

/** The body of the edge's `POST /events` to the origin, and of one queue message. */
export type EventBatch = { readonly events: readonly StoredEvent[] };

export type RefusedEvent = Issue & { readonly index: number; readonly id?: string };

export type EventBatchResult =
  | { readonly ok: true; readonly events: readonly StoredEvent[]; readonly refused: readonly RefusedEvent[] }
  /** Nothing could be taken. */
  | { readonly ok: false; readonly issues: readonly (Issue & { readonly index?: number })[] };

export type EventOwner = {
  /** Whose events these are where the event itself does not say. */
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
 * A client's batch, `{ "events": […] }` or the bare array. One bad event costs only itself: the others are returned,
 * and `refused` names what was wrong with it.
 */
export function parseEventBatch(value: unknown, owner: EventOwner): EventBatchResult {
  const envelope = envelopeSchema.safeParse(value);
  if (!envelope.success) {
    return {
      ok: false,
      issues: [{ key: "events", reason: 'must be an array of events: { "events": [ … ] }' }],
    };
  }
  const list = envelope.data;
  if (list.length === 0)
    return { ok: false, issues: [{ key: "events", reason: "must hold at least one event" }] };
  if (list.length > MAX_EVENTS_PER_BATCH) {
    const reason = `holds ${list.length} events; at most ${MAX_EVENTS_PER_BATCH} are taken at once`;
    return { ok: false, issues: [{ key: "events", reason }] };
  }
  const events: StoredEvent[] = [];
  const refused: RefusedEvent[] = [];
  list.forEach((raw, index) => {
    const outcome = parseEvent(raw, owner);
    if (outcome.ok) events.push(outcome.event);
    else refused.push(...outcome.issues.map((issue) => ({ index, ...idOf(raw), ...issue })));
  });
  return events.length === 0 ? { ok: false, issues: refused } : { ok: true, events, refused };
}

function parseEvent(
  raw: unknown,
  owner: EventOwner,
): { ok: true; event: StoredEvent } | { ok: false; issues: readonly Issue[] } {
  const parsed = eventSchema.safeParse(raw);
  if (!parsed.success) return { ok: false, issues: toIssues(parsed.error) };
  const { user = owner.user, time, ...rest } = parsed.data;
  if (user === undefined) return { ok: false, issues: [{ key: "user", reason: "is missing" }] };
  const timeMs = typeof time === "string" ? Date.parse(time) : (time ?? owner.nowMs);
  if (timeMs > owner.nowMs + MAX_CLOCK_LEAD_MS) {
    return { ok: false, issues: [{ key: "time", reason: "is more than a day in the future" }] };
  }
  const event = { ...rest, user, timeMs: Math.trunc(Math.min(timeMs, owner.nowMs)) };
  return { ok: true, event: owner.signals === undefined ? event : { ...event, signals: owner.signals } };
}

function idOf(raw: unknown): { id?: string } {
  const claimed = typeof raw === "object" && raw !== null && "id" in raw ? raw.id : undefined;
  return typeof claimed === "string" && isId(claimed) ? { id: claimed } : {};
}

const storedEventSchema = z.extend(z.omit(eventSchema, { user: true, time: true }), {
  user: id,
  timeMs: z.int(),
  signals: z.optional(signalsSchema),
});

/** A batch as the edge forwards it. All or nothing: the edge has checked each event before. */
export function parseStoredEvents(
  value: unknown,
): { ok: true; events: readonly StoredEvent[] } | { ok: false; issues: readonly Issue[] } {
  const parsed = z.object({ events: z.array(storedEventSchema).check(z.maxLength(10_000)) }).safeParse(value);
  if (!parsed.success) return { ok: false, issues: toIssues(parsed.error) };
  return { ok: true, events: parsed.data.events };
}
