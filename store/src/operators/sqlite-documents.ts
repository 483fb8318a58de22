/** Documents with versions over SQLite: routing and pins. */
import type { Pin } from "@spillway/shared/protocol/editorial.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import { transact, type Database } from "../database.ts";
import { queueWrite } from "../write-queue.ts";
import type {
  DocumentVersion,
  NewVersion,
  PutOutcome,
  RoutingFile,
  VersionedDocument,
} from "./operator-store.ts";
import { getPins, listPins, pinsByVersion, putPins } from "./pins.ts";
import { currentRouting, listRouting, pushRouting, routingByVersion } from "./routing.ts";
import { appendAudit } from "./sqlite-audit.ts";

type Queries<Value> = {
  readonly current: () => DocumentVersion<Value> | undefined;
  readonly byVersion: (version: number) => DocumentVersion<Value> | undefined;
  readonly list: (limit: number) => readonly DocumentVersion<Value>[];
  /** Returns the new version. */
  readonly write: (next: NewVersion<Value>) => number;
};

/** Version and audit entry are written in one transaction. */
function versioned<Value>(database: Database, queries: Queries<Value>): VersionedDocument<Value> {
  const put = (next: NewVersion<Value>): PutOutcome<Value> =>
    transact(database, () => {
      const { expectedVersion, audit } = next;
      const current = queries.current();
      if (expectedVersion !== undefined && (current?.version ?? 0) !== expectedVersion)
        return { kind: "conflict", current };
      const version = queries.write(next);
      if (audit !== undefined) appendAudit(database, audit(version, current));
      return { kind: "stored", version };
    });
  return {
    current: async () => queries.current(),
    byVersion: async (version) => queries.byVersion(version),
    list: async (limit) => queries.list(limit),
    put: (next) => queueWrite(() => put(next)),
  };
}

export function sqliteRouting(database: Database): VersionedDocument<RoutingFile> {
  return versioned(database, {
    current: () => toVersion(currentRouting(database)),
    byVersion: (version) => toVersion(routingByVersion(database, version)),
    list: (limit) => listRouting(database, limit).flatMap((row) => toVersion(row) ?? []),
    write: ({ value: { routing, source }, note, by, nowMs }) =>
      pushRouting(database, routing, source, note, nowMs, by),
  });
}

export function toVersion(row: RoutingVersion | undefined): DocumentVersion<RoutingFile> | undefined {
  if (row === undefined) return undefined;
  const { version, routing, source, note, pushedMs, by } = row;
  return { version, value: { routing, source }, note, by, writtenMs: pushedMs };
}

export function sqlitePins(database: Database): VersionedDocument<readonly Pin[]> {
  return versioned(database, {
    current: () => {
      const { version, value, updatedMs } = getPins(database);
      const stored = pinsByVersion(database, version);
      if (version === 0 || stored !== undefined) return stored;
      // An earlier release has written it, after this one had been here.
      return { version, value, note: undefined, by: undefined, writtenMs: updatedMs };
    },
    byVersion: (version) => pinsByVersion(database, version),
    list: (limit) => listPins(database, limit),
    write: ({ value, note, by, nowMs }) => putPins(database, value, nowMs, { note, by }),
  });
}
