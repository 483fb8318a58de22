/** Counts the events since the last cycle: by path, cluster and generation, and by item for each cluster. */
import { QUERY_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import { transact, type Database } from "@spillway/store/database.ts";
import {
  addEngagement,
  dropEngagementBefore,
  engagedEventsAfter,
  engagementCursor,
  putEngagementCursor,
  type EngagedEvent,
} from "@spillway/store/events/engagement.ts";
import type { EngagementRow } from "@spillway/shared/protocol/engagement.ts";
import { dropShownPages } from "@spillway/store/pages/shown-pages.ts";
import { attribute, isPageContext, type Attribution, type ServedFacts } from "./attribution.ts";
import { createItemCounter } from "./count-items.ts";
import { dayOf } from "@spillway/store/events/count-once.ts";
import { servedFacts } from "./served-facts.ts";

export type RollUpContext = {
  /** Returns undefined for an item that the catalogue does not know. */
  readonly seqOfItem: (id: string) => number | undefined;
  /** Whether the routing in force now holds the user out (shared/src/routing/holdout.ts). */
  readonly isHeldOut: (user: string) => boolean;
};

/** One batch takes some tens of milliseconds, for which the serving process may wait for the write lock. */
const BATCH = 1000;
const DAY_MS = 24 * 3600 * 1000;
/** Counts by item are kept for so long, since titles and tastes change. */
const ITEM_WINDOW_DAYS = 14;
/**
 * Events may arrive from a page for so long after another one has replaced it: a device may have been
 * offline.
 */
const SHOWN_FOR_MS = 7 * DAY_MS;
/**
 * Sums are kept for a year and a month, so that a tournament or season can be compared with the one a year
 * ago.
 */
const ENGAGEMENT_DAYS = 400;

/** Returns the first day (as in `dayOf`) whose counts by item still have an effect. */
export function itemWindowStart(nowMs: number): number {
  return dayOf(nowMs) - ITEM_WINDOW_DAYS + 1;
}

/**
 * Returns how many events were read. The cursor moves in the same transaction as the sums, so that every
 * event is counted once; a suspect's is not counted. Counts that are too old to be used are deleted.
 */
export function rollUpEngagement(database: Database, context: RollUpContext, nowMs: number): number {
  const facts = servedFacts(database, context.seqOfItem);
  let total = 0;
  for (;;) {
    const count = transact(database, () => {
      const batch = engagedEventsAfter(database, engagementCursor(database), BATCH);
      const last = batch.at(-1);
      if (last === undefined) return 0;
      addBatch(database, batch, context, facts);
      putEngagementCursor(database, last.seq, nowMs);
      return batch.length;
    });
    total += count;
    if (count < BATCH) break;
  }
  if (total > 0) {
    // Yesterday's keys are still needed: events that arrived before midnight may be counted after it.
    const today = dayOf(nowMs);
    dropEngagementBefore(database, {
      seen: today - 1,
      items: itemWindowStart(nowMs),
      sums: today - ENGAGEMENT_DAYS + 1,
    });
    dropShownPages(database, nowMs - SHOWN_FOR_MS);
  }
  return total;
}

function addBatch(
  database: Database,
  batch: readonly EngagedEvent[],
  { seqOfItem, isHeldOut }: RollUpContext,
  facts: ServedFacts,
): void {
  const rows = new Map<string, Mutable<EngagementRow>>();
  const items = createItemCounter(database);
  for (const event of batch) {
    if (event.suspect === 1) continue;
    const item = seqOfItem(event.item);
    const verdict = attribute(claimOf(event, item), facts);
    const row = rowFor(rows, keyOf(event, verdict, isHeldOut(event.user), facts));
    row.events += 1;
    if (event.type === "impression") row.impressions += 1;
    else if (event.type === "click") row.clicks += 1;
    else if (event.type === "play") row.plays += 1;
    else if (event.type === "complete") row.completes += 1;
    else if (event.type === "hide") row.hides += 1;
    if (item !== undefined) items.count(event, item, verdict);
  }
  for (const row of rows.values()) addEngagement(database, row);
  items.store();
}

/**
 * Unknown clusters and contexts get no sums of their own, since a client can invent as many names as it
 * likes.
 */
function keyOf(
  event: EngagedEvent,
  { attribution, reason }: Attribution,
  isHeldOut: boolean,
  facts: ServedFacts,
) {
  const { servedAs, cluster, generation, context } = event;
  const isPage = reason !== "no-such-page" && reason !== "no-such-generation" && servedAs !== null;
  const isKnown = isPage && cluster !== null && facts.hasPage("homepage", cluster);
  const isContext =
    context !== null && (isPageContext(context) || QUERY_CONTEXTS.some((known) => known === context));
  return {
    day: dayOf(creditedMs(event)),
    servedAs: servedAs ?? "",
    cluster: isKnown ? cluster : "",
    generation: isKnown ? (generation ?? -1) : -1,
    context: isContext ? context : "",
    attribution,
    reason,
    holdout: isHeldOut ? 1 : 0,
  };
}

/**
 * Returns the time by which an event is counted. A client may have been offline, so that its own time is
 * accepted for as long as its page is known. A time before that, or after the event's arrival, is from a
 * wrong clock or made up.
 */
function creditedMs({ timeMs, receivedMs }: EngagedEvent): number {
  const isCredible = timeMs <= receivedMs && timeMs > receivedMs - SHOWN_FOR_MS;
  return isCredible ? timeMs : receivedMs;
}

const NO_COUNTS = { events: 0, impressions: 0, clicks: 0, plays: 0, completes: 0, hides: 0 };

type Mutable<Row> = { -readonly [Key in keyof Row]: Row[Key] };

function rowFor(
  rows: Map<string, Mutable<EngagementRow>>,
  key: ReturnType<typeof keyOf>,
): Mutable<EngagementRow> {
  const name = Object.values(key).join("\n");
  const row = rows.get(name) ?? { ...key, ...NO_COUNTS };
  rows.set(name, row);
  return row;
}

function claimOf(event: EngagedEvent, item: number | undefined) {
  return {
    servedAs: event.servedAs ?? undefined,
    cluster: event.cluster ?? undefined,
    generation: event.generation ?? undefined,
    context: event.context ?? undefined,
    carousel: event.carousel ?? undefined,
    position: event.position ?? undefined,
    item,
  };
}
