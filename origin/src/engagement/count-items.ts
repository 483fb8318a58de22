/**
 * Counts what each visitor did with an item on a cluster's stored pages. Each action counts once a day, so
 * that nobody can move a page by repeating it.
 */
import {
  addItemEngagement,
  recordSeen,
  type EngagedEvent,
  type ItemRow,
} from "@spillway/store/events/engagement.ts";
import type { Database } from "@spillway/store/database.ts";
import { isPageContext, type Attribution } from "./attribution.ts";
import { countOnceKey, dayOf, type CountedAction } from "@spillway/store/events/count-once.ts";
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
};

/** The counter serves one batch of events, within its transaction. */
export function createItemCounter(database: Database): ItemCounter {
  const rows = new Map<string, { -readonly [Key in keyof ItemRow]: ItemRow[Key] }>();
  return {
    count: (event, item, verdict) => {
      const { user, type, cluster, receivedMs } = event;
      if (cluster === null || !feedsPages(event, verdict)) return;
      const day = dayOf(receivedMs);
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
