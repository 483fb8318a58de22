/** The tables of what operators and editors do, beside the documents themselves. */
import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, real, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { ROLES, TOKEN_ROLES } from "@spillway/shared/operators/role.ts";
import { AUDIT_VIAS } from "./audit-log.ts";
import { SAMPLE_SOURCES } from "./sample-store.ts";

/**
 * Every set of pins that was ever in force. The newest one stands in `documents` too, where serving reads it.
 */
export const pinVersions = sqliteTable("pin_versions", {
  version: integer().primaryKey(),
  /** The JSON array of pins. */
  pins: text().notNull(),
  note: text(),
  by: text(),
  writtenMs: integer("written_ms").notNull(),
});

/** Pins that are to replace the set at a time. */
export const pinDrafts = sqliteTable(
  "pin_drafts",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    pins: text().notNull(),
    /** By the content's clock. */
    startMs: integer("start_ms").notNull(),
    baseVersion: integer("base_version").notNull(),
    note: text(),
    by: text().notNull(),
    createdMs: integer("created_ms").notNull(),
    state: text({ enum: ["waiting", "published", "cancelled", "refused"] }).notNull(),
    outcome: text(),
  },
  (table) => [
    index("pin_drafts_waiting")
      .on(table.startMs)
      .where(sql`state = 'waiting'`),
  ],
);

/** Who changed what, why and from where. Rows are added and never changed. */
export const audit = sqliteTable(
  "audit",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    atMs: integer("at_ms").notNull(),
    by: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    via: text({ enum: AUDIT_VIAS }).notNull(),
    address: text(),
    action: text().notNull(),
    subject: text().notNull(),
    note: text(),
    /** JSON, as `after`. */
    before: text(),
    after: text(),
  },
  (table) => [index("audit_at").on(table.atMs)],
);

/** The tokens of operators, by the public part of each. */
export const operatorTokens = sqliteTable(
  "operator_tokens",
  {
    id: text().primaryKey(),
    name: text().notNull(),
    role: text({ enum: TOKEN_ROLES }).notNull(),
    /** The SHA-256 of the token, which is random enough for a plain hash. */
    hash: text().notNull(),
    createdMs: integer("created_ms").notNull(),
    createdBy: text("created_by").notNull(),
    expiresMs: integer("expires_ms"),
    revokedMs: integer("revoked_ms"),
    lastUsedMs: integer("last_used_ms"),
  },
  (table) => [index("operator_tokens_name").on(table.name)],
);

/** The console's sessions that have not ended. */
export const operatorSessions = sqliteTable("operator_sessions", {
  id: text().primaryKey(),
  name: text().notNull(),
  role: text({ enum: ROLES }).notNull(),
  grantedFor: text("granted_for").notNull(),
  createdMs: integer("created_ms").notNull(),
  expiresMs: integer("expires_ms").notNull(),
});

/** See sample-store.ts. */
export const sampleDays = sqliteTable("sample_days", {
  day: integer().primaryKey(),
  source: text({ enum: SAMPLE_SOURCES }).notNull(),
  tuples: integer().notNull(),
  weight: real().notNull(),
  withheld: real().notNull(),
  complete: integer({ mode: "boolean" }).notNull(),
  storedMs: integer("stored_ms").notNull(),
});

export const sampleParts = sqliteTable(
  "sample_parts",
  {
    day: integer().notNull(),
    /** From 0, in the order of the minutes. */
    part: integer().notNull(),
    /** Minutes since 1970. */
    fromMinute: integer("from_minute").notNull(),
    /** The first one after. */
    untilMinute: integer("until_minute").notNull(),
    /** Tuples as JSONL, compressed with gzip. */
    lines: blob({ mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.part] })],
);

/** See now-history-store.ts. */
export const nowMinutes = sqliteTable("now_minutes", {
  /** Minutes since 1970. */
  minute: integer().primaryKey(),
  /** JSON, compressed with deflate. */
  facts: blob({ mode: "buffer" }).notNull(),
});
