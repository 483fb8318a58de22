/**
 * Counts what each visitor did with an item on a cluster's stored pages. Each action counts once a day, so
 * that nobody can move a page by repeating it.
 */
import {
  addItemEngagement,
  recordSeen,
  wasSeen,
  type EngagedEvent,
  type ItemRow,
} from "@spillway/store/events/engagement.ts";
import type { Database } from "@spillway/store/database.ts";
import { isPageContext, type Attribution } from "./attribution.ts";
import {
  countOnceKey,
  dayOf,
  networkPlaceKeys,
  type CountedAction,
} from "@spillway/store/events/count-once.ts";
import { attentionAt } from "@spillway/model/pages/engagement-lifts.ts";

export type ItemCounter = {
  /** `item` is its items.seq. */
  readonly count: (event: EngagedEvent, item: number, verdict: Attribution) => void;
  /** Adds the counts to those in the store. */
  readonly store: () => void;
};

const ACTIONS: Record<EngagedEvent["type"], readonly CountedAction[]> = {
  impression: ["shown"],
  // An item that was clicked was on the page, even when its impression was lost.
  click: ["shown", "opened"],
  play: ["shown", "opened", "played"],
  progress: ["shown", "opened", "played"],
  complete: ["shown", "opened", "played"],
  // One viewer's refusal says nothing of the cluster, and must not be a means to push titles down.
  hide: [],
};

/**
 * So many visitors of one network count in a day, so that whoever has many ids there moves little; all that
 * these visitors do counts, so that rates stay what they are.
 */
const PLACES_PER_NETWORK = 200;

function hasPlace(database: Database, { network, user }: EngagedEvent, day: number): boolean {
  if (network === null) return true;
  const { place, holder } = networkPlaceKeys(day, network, user, PLACES_PER_NETWORK);
  if (wasSeen(database, holder)) return true;
  return recordSeen(database, place) && recordSeen(database, holder);
}

/** The counter serves one batch of events, within its transaction. */
export function createItemCounter(database: Database): ItemCounter {
  const rows = new Map<string, { -readonly [Key in keyof ItemRow]: ItemRow[Key] }>();
  return {
    count: (event, item, verdict) => {
      const { user, type, cluster, receivedMs } = event;
      if (cluster === null || event.unproven === 1 || !feedsPages(event, verdict)) return;
      const day = dayOf(receivedMs);
      if (!hasPlace(database, event, day)) return;
      for (const action of ACTIONS[type]) {
        if (!recordSeen(database, countOnceKey(day, action, cluster, item, user))) continue;
        const key = `${day} ${cluster} ${item}`;
        const row = rows.get(key) ?? { day, cluster, item, shown: 0, attention: 0, opened: 0, played: 0 };
        rows.set(key, row);
        row[action] += 1;
        if (action === "shown") row.attention += attentionAt(positionOf(verdict));
      }
    },
    store: () => {
      for (const row of rows.values()) addItemEngagement(database, row);
    },
  };
}

/**
 * Whether the event counts for its cluster's page: its claim is not contradicted, and the page was a stored
 * one. An individual page shows what this user likes, so that it tells nothing about the cluster's page.
 */
function feedsPages({ servedAs, context }: EngagedEvent, { attribution }: Attribution): boolean {
  const isStoredPage = servedAs === "cluster" || servedAs === "parent" || servedAs === "generic";
  const isCredible = attribution === "verified" || attribution === "plausible";
  return isStoredPage && isCredible && (context === null || isPageContext(context));
}

/**
 * Where the position is unknown, the first one is assumed. There most clicks are expected, so that the item
 * gains the least by an assumption that is wrong.
 */
function positionOf(verdict: Attribution): number {
  return "position" in verdict ? (verdict.position ?? 0) : 0;
}
