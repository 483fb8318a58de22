/**
 * Everything that the origin stores, as drizzle tables. Columns that end in `_ms` are times, in milliseconds
 * since 1970.
 */
import { sql } from "drizzle-orm";
import { PROOFS } from "@spillway/shared/protocol/events.ts";
import { blob, index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";

export * from "./operators/operator-tables.ts";

/**
 * The catalogue. `seq` is the small number by which histories and models refer to an item. The full-text
 * index items_fts (migration 0001) mirrors this table.
 */
export const items = sqliteTable("items", {
  seq: integer().primaryKey({ autoIncrement: true }),
  id: text().notNull().unique(),
  kind: text().notNull(),
  title: text().notNull(),
  /** The whole item in the shape of itemSchema (shared/src/protocol/catalogue.ts). */
  json: text().notNull(),
  /** Rows of the source `demo` are deleted when real data is imported. */
  source: text({ enum: ["demo", "import", "api"] }).notNull(),
  updatedMs: integer("updated_ms").notNull(),
});

/** One row, which has another number after every change of `items`: triggers of migration 0015 write it. */
export const itemsVersion = sqliteTable("items_version", { version: integer().primaryKey() });

/** Interaction events in the order of arrival. The fold cursor is a value of `seq`. */
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
    /** Both as in StoredEvent; null for a user with a token, and for what a gateway posted. */
    proof: text({ enum: PROOFS }),
    network: text(),
  },
  (table) => [index("events_user_seq").on(table.user, table.seq)],
);

/**
 * The ids of events that were pruned, as 64 bits of a hash, so that an event which arrives again does not
 * count again (events/retention.ts).
 */
export const prunedEvents = sqliteTable(
  "pruned_events",
  {
    key: integer().primaryKey(),
    /** When it was pruned, in days since 1970. */
    day: integer().notNull(),
  },
  (table) => [index("pruned_events_day").on(table.day)],
);

function profileColumns() {
  return {
    user: text().primaryKey(),
    /** The history, packed by model/profile/history.ts. */
    history: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
    /** The signals of the latest visit as JSON; null when no event had signals. */
    signals: text(),
    /** The number of visits, which is the user's weight in traffic. */
    visits: integer().notNull(),
    source: text({ enum: ["demo", "import", "events"] }).notNull(),
    updatedMs: integer("updated_ms").notNull(),
    /** How the id came, as in profiles/arrival.ts. */
    proof: text({ enum: PROOFS }),
    network: text(),
    arrivedMs: integer("arrived_ms"),
    seenMs: integer("seen_ms"),
  };
}

/**
 * The profile of each person, imported or folded from events up to the fold cursor. A linked visitor is part
 * of the user's row.
 */
export const profiles = sqliteTable("profiles", profileColumns(), (table) => [
  index("profiles_network")
    .on(table.network)
    .where(sql`network IS NOT NULL`),
]);

/**
 * Networks whose profiles would weigh more than their share: those with a higher rowid are not learned from
 * (profiles/network-caps.ts). Written anew by each cycle.
 */
export const networkCaps = sqliteTable("network_caps", {
  network: text().primaryKey(),
  lastRowid: integer("last_rowid").notNull(),
});

/**
 * What profiles were before they moved, for those that have since the newest cycle: how a cycle takes them
 * out of the sums over its audience (profiles/profile-moves.ts). Triggers of migration 0014 write it.
 */
export const profileMoves = sqliteTable("profile_moves", {
  /** The rowid in `profiles`. */
  profile: integer().primaryKey(),
  /** Null where there was no profile. */
  history: blob({ mode: "buffer" }).$type<Uint8Array>(),
  signals: text(),
  visits: integer().notNull(),
});

/** Who counts the moves of profiles: a row, or none before the first cycle, when nothing is to be noted. */
export const profileWatch = sqliteTable("profile_watch", { token: text().primaryKey() });

/** Links from visitors to the users that they are. A visitor has at most one user. */
export const links = sqliteTable(
  "links",
  {
    /** It is not the user of another link, so that links make no chains. */
    visitor: text().primaryKey(),
    user: text().notNull(),
    /** What the visitor did until then is the user's. What the id does afterwards is not. */
    linkedMs: integer("linked_ms").notNull(),
    /** The id that the edge gave in the visitor's place; null where the platform's backend has linked. */
    successor: text(),
  },
  (table) => [index("links_user").on(table.user)],
);

/** For linked people, the profile of each of their ids by itself. People without links have no rows here. */
export const ownProfiles = sqliteTable("own_profiles", profileColumns());

/**
 * Ids whose data was erased. Events from before that instant may still arrive late from a queue; they are not
 * stored again.
 */
export const erasures = sqliteTable("erasures", {
  /** The SHA-256 of the id. */
  idHash: blob("id_hash", { mode: "buffer" }).primaryKey(),
  erasedMs: integer("erased_ms").notNull(),
});

/** Refresh cycles, one row for each, successful or failed. */
export const generations = sqliteTable("generations", {
  generation: integer().primaryKey({ autoIncrement: true }),
  reason: text().notNull(),
  state: text({ enum: ["running", "done", "failed"] }).notNull(),
  startedMs: integer("started_ms").notNull(),
  endedMs: integer("ended_ms"),
  /** JSON: the cycle's report, or the error of a failed cycle. */
  report: text(),
});

/**
 * Models by name: the item–item model of the newest cycle, an imported one, and the taste segments
 * (store/pages/models.ts).
 */
export const models = sqliteTable("models", {
  name: text().primaryKey(),
  generation: integer().notNull(),
  packed: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
});

/** The nodes of the newest cluster index: the root is first, and parents come before their children. */
export const clusters = sqliteTable("clusters", {
  position: integer().primaryKey(),
  id: text().notNull().unique(),
  parent: text(),
  definition: text().notNull(),
  leaf: integer({ mode: "boolean" }).notNull(),
  members: integer().notNull(),
  /**
   * The gain, 0 to 1: by which share the squared difference to the members' individual scores is smaller than
   * on the parent's page.
   */
  gain: real().notNull(),
  /** The same, compared with the page of everybody; null until a cycle of this release has learned. */
  gainOverGeneric: real("gain_over_generic"),
  /**
   * The cluster's best items and their scores, packed by model/scoring/scores.ts. They are the prior of a
   * user without history.
   */
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
     * Carousels and items.seq, packed by model/pages/page-layout.ts; empty for a page of an older release.
     * The column stands before `carousels`, since SQLite reads all columns before the one that is asked for,
     * and every cycle asks for the layout of every page.
     */
    layout: blob({ mode: "buffer" })
      .$type<Uint8Array>()
      .notNull()
      .default(sql`x''`),
    /** The JSON array of carousels. */
    carousels: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.context, table.cluster] })],
);

/**
 * What each page shows and what comes next, packed by model/packs/candidates.ts. Edges alone use it, so that
 * it is in no row that serving reads. Pages of an older release have none.
 */
export const pageCandidates = sqliteTable(
  "page_candidates",
  {
    context: text().notNull(),
    cluster: text().notNull(),
    candidates: blob({ mode: "buffer" }).$type<Uint8Array>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.context, table.cluster] })],
);

/**
 * For each item that the stored pages were built from: a checksum that differs once the item has changed
 * (model/pages/dirty-items.ts).
 */
export const itemMarks = sqliteTable("item_marks", {
  seq: integer().primaryKey(),
  mark: integer().notNull(),
});

/** The content hash of each key that KV is known to hold, so that only what changed is written. */
export const published = sqliteTable("published", {
  key: text().primaryKey(),
  contentHash: text("content_hash").notNull(),
  publishedMs: integer("published_ms").notNull(),
});

/**
 * Every routing that was ever pushed. The newest version is in force; a rollback pushes an old one again as a
 * new version.
 */
export const routingVersions = sqliteTable("routing_versions", {
  version: integer().primaryKey({ autoIncrement: true }),
  /** The validated routing as JSON. */
  routing: text().notNull(),
  /** The file as it was pushed, with its comments. */
  source: text().notNull(),
  note: text(),
  pushedMs: integer("pushed_ms").notNull(),
  /** Whose token pushed it; null for what an earlier release has stored. */
  by: text(),
});

/** Small documents such as the pins and the clock (store/documents.ts). `version` counts the writes. */
export const documents = sqliteTable("documents", {
  key: text().primaryKey(),
  version: integer().notNull(),
  json: text().notNull(),
  updatedMs: integer("updated_ms").notNull(),
});

/** Leases by name, such as the one that lets only one process publish at a time. */
export const leases = sqliteTable("leases", {
  name: text().primaryKey(),
  holder: text().notNull(),
  acquiredMs: integer("acquired_ms").notNull(),
  expiresMs: integer("expires_ms").notNull(),
});

/**
 * Dead letters: what arrived with the events and cannot be stored as one, until an operator replays or drops
 * it.
 */
export const deadLetters = sqliteTable("dead_letters", {
  /** The hash of the body, so that a letter that arrives twice is stored once. */
  id: text().primaryKey(),
  receivedMs: integer("received_ms").notNull(),
  reason: text().notNull(),
  /** The part of the message that is not stored as an event, as JSON. */
  body: text().notNull(),
  /** When a replay stored the rest; null until then. */
  replayedMs: integer("replayed_ms"),
});

/**
 * Ids that are taken for scrapers. Nothing is learned from their events, and the edge serves them stored
 * pages.
 */
export const suspects = sqliteTable(
  "suspects",
  {
    /** The user hash (shared/src/protocol/user-hash.ts). */
    hash: text().primaryKey(),
    /** The id with this hash, once a profile or link with it was found; else null. */
    user: text(),
    /** Score and evidence from the list, as JSON. */
    why: text(),
    listedMs: integer("listed_ms").notNull(),
    expiresMs: integer("expires_ms").notNull(),
  },
  (table) => [index("suspects_user").on(table.user)],
);

/**
 * What each page showed, by the generation that wrote it. Events are checked against it
 * (engagement/attribution.ts).
 */
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

/**
 * Events counted by day and by what they claim about their page. What an event does not claim is '' or -1.
 */
export const engagement = sqliteTable(
  "engagement",
  {
    /**
     * Days since 1970 in UTC: of the event's time, or of its arrival when that time is not credible
     * (engagement/roll-up.ts).
     */
    day: integer().notNull(),
    servedAs: text("served_as").notNull(),
    cluster: text().notNull(),
    generation: integer().notNull(),
    context: text().notNull(),
    attribution: text().notNull(),
    reason: text().notNull(),
    /** Whether the user was in the holdout (shared/src/routing/holdout.ts). */
    holdout: integer({ mode: "boolean" }).notNull(),
    /** Events of all types. `progress` events are counted in no other column. */
    events: integer().notNull(),
    impressions: integer().notNull(),
    clicks: integer().notNull(),
    plays: integer().notNull(),
    completes: integer().notNull(),
    hides: integer().notNull().default(0),
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

/** What visitors did with an item on a cluster's stored pages. Each visitor counts once a day. */
export const engagementItems = sqliteTable(
  "engagement_items",
  {
    /** The UTC day of the event's arrival, which no client can choose. */
    day: integer().notNull(),
    cluster: text().notNull(),
    /** The item's items.seq. */
    item: integer().notNull(),
    shown: integer().notNull(),
    /**
     * Over all `shown`, the sum of the probabilities that a visitor looks at that position
     * (model/pages/engagement-lifts.ts).
     */
    attention: real().notNull(),
    opened: integer().notNull(),
    played: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.cluster, table.item] })],
);

/**
 * What has been counted already: day and hash in one number (store/events/count-once.ts). Older days are
 * dropped.
 */
export const engagementSeen = sqliteTable("engagement_seen", { key: integer().primaryKey() });
