/** Everything the origin keeps, as drizzle tables. Times are milliseconds since 1970 in columns that end in `_ms`. */
import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Catalogue. `seq` is the small number by which histories and models name an item; items_fts (migration 0001) mirrors it. */
export const items = sqliteTable("items", {
  seq: integer().primaryKey({ autoIncrement: true }),
  id: text().notNull().unique(),
  kind: text().notNull(),
  title: text().notNull(),
  /** The whole item, as the itemSchema of shared/src/protocol/catalogue.ts has it. */
  json: text().notNull(),
  /** `demo` rows go when real data comes. */
  source: text({ enum: ["demo", "import", "api"] }).notNull(),
  updatedMs: integer("updated_ms").notNull(),
});

/** Interaction events in the order of their arrival; `seq` is the cursor of the fold. */
export const events = sqliteTable(
  "events",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    id: text().notNull().unique(),
    user: text().notNull(),
    type: text().notNull(),
    item: text().notNull(),
    timeMs: integer("time_ms").notNull(),
    receivedMs: integer("received_ms").notNull(),
    servedAs: text("served_as"),
    cluster: text(),
    generation: integer(),
    context: text(),
    carousel: text(),
    position: integer(),
    progress: real(),
    /** The visitor's signals at the edge, JSON. */
    signals: text(),
  },
  (table) => [index("events_user_seq").on(table.user, table.seq)],
);

function profileColumns() {
  return {
    user: text().primaryKey(),
    /** Packed by model/profile/history.ts. */
    history: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
    /** Signals of the latest visit, JSON; null where none was ever seen. */
    signals: text(),
    /** Visits seen: the user's weight in traffic. */
    visits: integer().notNull(),
    source: text({ enum: ["demo", "import", "events"] }).notNull(),
    updatedMs: integer("updated_ms").notNull(),
  };
}

/** What is known of each person, folded from events up to the fold cursor, or imported; a linked visitor's is in the user's row. */
export const profiles = sqliteTable("profiles", profileColumns());

/** Visitors who have logged in: whose events count as whose. A visitor is of one user at most. */
export const links = sqliteTable(
  "links",
  {
    /** No user of another link: links make no chains. */
    visitor: text().primaryKey(),
    user: text().notNull(),
    linkedMs: integer("linked_ms").notNull(),
  },
  (table) => [index("links_user").on(table.user)],
);

/** Of linked people, what is known from each of their ids by itself; of people without links there is nothing here. */
export const ownProfiles = sqliteTable("own_profiles", profileColumns());

/** Ids whose data was erased: what happened before that and comes late, from a queue, is not stored again. */
export const erasures = sqliteTable("erasures", {
  /** SHA-256 of the id. */
  idHash: blob("id_hash", { mode: "buffer" }).primaryKey(),
  erasedMs: integer("erased_ms").notNull(),
});

/** Refresh cycles, one row each, good or failed. */
export const generations = sqliteTable("generations", {
  generation: integer().primaryKey({ autoIncrement: true }),
  reason: text().notNull(),
  state: text({ enum: ["running", "done", "failed"] }).notNull(),
  startedMs: integer("started_ms").notNull(),
  endedMs: integer("ended_ms"),
  /** Counts and seconds by stage, JSON; for a failed cycle its error. */
  report: text(),
});

/** The item–item model of the newest cycle, packed by model/scoring/item-model.ts; one row. */
export const models = sqliteTable("models", {
  name: text().primaryKey(),
  generation: integer().notNull(),
  packed: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
});

/** Nodes of the newest cluster index, root first, parents before children. */
export const clusters = sqliteTable("clusters", {
  position: integer().primaryKey(),
  id: text().notNull().unique(),
  parent: text(),
  definition: text().notNull(),
  leaf: integer({ mode: "boolean" }).notNull(),
  members: integer().notNull(),
  /** Share, 0–1, by which the squared difference to the members' individual scores is less than on the parent's page. */
  gain: real().notNull(),
  /** The cluster's strongest items and scores, packed by model/scoring/scores.ts: the prior of a user without history. */
  scores: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
});

/** The newest page of each context and cluster. */
export const pages = sqliteTable(
  "pages",
  {
    context: text().notNull(),
    cluster: text().notNull(),
    generation: integer().notNull(),
    builtMs: integer("built_ms").notNull(),
    contentHash: text("content_hash").notNull(),
    /**
     * Carousels and items.seq, packed by model/pages/page-layout.ts; empty for a page of an older release. Before the carousels:
     * SQLite reads what stands before the column that is asked for, and every cycle asks for every page's layout.
     */
    layout: blob({ mode: "buffer" })
      .$type<Uint8Array>()
      .notNull()
      .default(sql`x''`),
    /** JSON array of carousels. */
    carousels: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.context, table.cluster] })],
);

/** Of each item that the stored pages were built from, a number that tells whether it has changed since. */
export const itemMarks = sqliteTable("item_marks", {
  seq: integer().primaryKey(),
  mark: integer().notNull(),
});

/** What KV is known to hold, so that only what changed is written. */
export const published = sqliteTable("published", {
  key: text().primaryKey(),
  contentHash: text("content_hash").notNull(),
  publishedMs: integer("published_ms").notNull(),
});

/** Every routing ever pushed; the newest version holds, a rollback pushes an old one again. */
export const routingVersions = sqliteTable("routing_versions", {
  version: integer().primaryKey({ autoIncrement: true }),
  /** Validated routing, JSON. */
  routing: text().notNull(),
  /** The file as it was pushed, comments and all. */
  source: text().notNull(),
  note: text(),
  pushedMs: integer("pushed_ms").notNull(),
});

/** Small documents: pins, cluster-index, clock, fold-cursor. `version` counts the writes. */
export const documents = sqliteTable("documents", {
  key: text().primaryKey(),
  version: integer().notNull(),
  json: text().notNull(),
  updatedMs: integer("updated_ms").notNull(),
});

/** One publisher at a time. */
export const leases = sqliteTable("leases", {
  name: text().primaryKey(),
  holder: text().notNull(),
  acquiredMs: integer("acquired_ms").notNull(),
  expiresMs: integer("expires_ms").notNull(),
});

/** What came with the events and is none, until an operator replays or drops it. */
export const deadLetters = sqliteTable("dead_letters", {
  /** Hash of the body: a letter that comes twice is one. */
  id: text().primaryKey(),
  receivedMs: integer("received_ms").notNull(),
  reason: text().notNull(),
  /** What of the message is not stored yet, JSON. */
  body: text().notNull(),
  /** When the last of it was stored; null as long as there is something left. */
  replayedMs: integer("replayed_ms"),
});

/** Ids taken for scrapers: what they do trains nothing, and the edge serves them pages that are there anyway. */
export const suspects = sqliteTable(
  "suspects",
  {
    /** See shared/src/protocol/user-hash.ts. */
    hash: text().primaryKey(),
    /** Whose profile it is, once that is known; null for an id without one. */
    user: text(),
    /** What is listed with it: score and evidence, JSON. */
    why: text(),
    listedMs: integer("listed_ms").notNull(),
    expiresMs: integer("expires_ms").notNull(),
  },
  (table) => [index("suspects_user").on(table.user)],
);

/** What each page showed, under the generation that wrote it: events are checked against it (engagement/attribution.ts). */
export const shownPages = sqliteTable(
  "shown_pages",
  {
    context: text().notNull(),
    cluster: text().notNull(),
    generation: integer().notNull(),
    builtMs: integer("built_ms").notNull(),
    /** JSON: [carousel's id, [items.seq, …]] for each carousel. */
    carousels: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.context, table.cluster, table.generation] }),
    index("shown_pages_built").on(table.builtMs),
  ],
);

/** Events added up by day and by what they claim of the page they were on. Without a claim: '' and -1. */
export const engagement = sqliteTable(
  "engagement",
  {
    /** UTC, counted from 1970: of the event's time, or of its arrival where that can't be (engagement/roll-up.ts). */
    day: integer().notNull(),
    servedAs: text("served_as").notNull(),
    cluster: text().notNull(),
    generation: integer().notNull(),
    context: text().notNull(),
    attribution: text().notNull(),
    reason: text().notNull(),
    /** Whether the user was in the holdout (shared/src/routing/holdout.ts). */
    holdout: integer({ mode: "boolean" }).notNull(),
    /** All of them; `progress` is in no other column. */
    events: integer().notNull(),
    impressions: integer().notNull(),
    clicks: integer().notNull(),
    plays: integer().notNull(),
    completes: integer().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.day,
        table.servedAs,
        table.cluster,
        table.generation,
        table.context,
        table.attribution,
        table.reason,
        table.holdout,
      ],
    }),
  ],
);

/** What visitors did with an item on a cluster's stored pages: each counts once a day. */
export const engagementItems = sqliteTable(
  "engagement_items",
  {
    /** UTC, of the event's arrival: no client chooses it. */
    day: integer().notNull(),
    cluster: text().notNull(),
    /** items.seq */
    item: integer().notNull(),
    shown: integer().notNull(),
    /** Sum over `shown` of how likely a place is looked at (model/pages/lifts.ts). */
    attention: real().notNull(),
    opened: integer().notNull(),
    played: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.cluster, table.item] })],
);

/** Who has been counted already: day and hash in one number (engagement/count-once.ts); older days are dropped. */
export const engagementSeen = sqliteTable("engagement_seen", { key: integer().primaryKey() });
