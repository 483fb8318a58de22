/** What each visitor did with an item on a cluster's stored pages, once a day: nobody bends a page by doing it again. */
import {
  addItemEngagement,
  seenFirst,
  type EngagedEvent,
  type ItemRow,
} from "@spillway/store/events/engagement.ts";
import type { Database } from "@spillway/store/database.ts";
import { isPageContext, type Attribution } from "./attribution.ts";
import { countOnceKey, dayOf, type Counted } from "@spillway/store/events/count-once.ts";
import { attentionAt } from "@spillway/model/pages/engagement-lifts.ts";

export type ItemCounter = {
  /** `item`: items.seq. */
  readonly count: (event: EngagedEvent, item: number, verdict: Attribution) => void;
  /** Adds what was counted to the sums. */
  readonly store: () => void;
};

const COUNTED: Record<EngagedEvent["type"], readonly Counted[]> = {
  impression: ["shown"],
  // Whatever is clicked was there, even when the impression got lost.
  click: ["shown", "opened"],
  play: ["shown", "opened", "played"],
  progress: ["shown", "opened", "played"],
  complete: ["shown", "opened", "played"],
};

/** For one batch, within its transaction. */
export function createItemCounter(database: Database): ItemCounter {
  const rows = new Map<string, { -readonly [Key in keyof ItemRow]: ItemRow[Key] }>();
  return {
    count: (event, item, verdict) => {
      const { user, type, cluster, receivedMs } = event;
      if (cluster === null || !feedsPages(event, verdict)) return;
      const day = dayOf(receivedMs);
      for (const counted of COUNTED[type]) {
        if (!seenFirst(database, countOnceKey(day, counted, cluster, item, user))) continue;
        const key = `${day} ${cluster} ${item}`;
        const row = rows.get(key) ?? { day, cluster, item, shown: 0, attention: 0, opened: 0, played: 0 };
        rows.set(key, row);
        row[counted] += 1;
        if (counted === "shown") row.attention += attentionAt(positionOf(verdict));
      }
    },
    store: () => {
      for (const row of rows.values()) addItemEngagement(database, row);
    },
  };
}

/** Only what is not contradicted, and only of a cluster's stored page: an individual page shows what this user likes. */
function feedsPages({ servedAs, context }: EngagedEvent, { attribution }: Attribution): boolean {
  const isStoredPage = servedAs === "cluster" || servedAs === "parent" || servedAs === "generic";
  const isCredible = attribution === "verified" || attribution === "plausible";
  return isStoredPage && isCredible && (context === null || isPageContext(context));
}

/** Where nobody says, the item is taken to have led: that lets it expect most, and gain least. */
function positionOf(verdict: Attribution): number {
  return "position" in verdict ? (verdict.position ?? 0) : 0;
}
