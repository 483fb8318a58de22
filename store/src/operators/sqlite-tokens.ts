/** Operators' tokens over SQLite: a hash of each, and never the token. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { and, desc, eq, gt, isNull, or } from "drizzle-orm";
import { transact, type Database } from "../database.ts";
import { operatorSessions, operatorTokens } from "../schema.ts";
import { queueWrite } from "../write-queue.ts";
import { appendAudit } from "./sqlite-audit.ts";
import type { NewAuditEntry } from "./audit-log.ts";
import type { NewToken, OperatorToken, TokenStore } from "./operator-store.ts";

/** `spw_<id>_<secret>`: the id finds the row, the whole token is hashed. */
const FORM = /^spw_([0-9a-f]{16})_[\w-]{43}$/;
const ID_BYTES = 8;
const SECRET_BYTES = 32;

export function sqliteTokens(database: Database): TokenStore {
  return {
    create: (token) => queueWrite(() => transact(database, () => create(database, token))),
    find: async (secret, nowMs) => find(database, secret, nowMs),
    list: async () =>
      database.db
        .select()
        .from(operatorTokens)
        .orderBy(desc(operatorTokens.createdMs), desc(operatorTokens.id))
        .all()
        .map(fromRow),
    revoke: (name, nowMs, audit) =>
      queueWrite(() => transact(database, () => revoke(database, name, nowMs, audit))),
    used: (id, nowMs) =>
      queueWrite(
        () =>
          void database.db
            .update(operatorTokens)
            .set({ lastUsedMs: nowMs })
            .where(eq(operatorTokens.id, id))
            .run(),
      ),
  };
}

type Row = typeof operatorTokens.$inferSelect;

function create(database: Database, { name, role, expiresMs, by, nowMs, audit }: NewToken) {
  const taken = validByName(database, name, nowMs);
  if (taken !== undefined) return { kind: "name-taken" as const, token: fromRow(taken) };
  const id = randomBytes(ID_BYTES).toString("hex");
  const secret = `spw_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  const row: Row = {
    id,
    name,
    role,
    hash: hashOf(secret).toString("hex"),
    createdMs: nowMs,
    createdBy: by,
    expiresMs: expiresMs ?? null,
    revokedMs: null,
    lastUsedMs: null,
  };
  database.db.insert(operatorTokens).values(row).run();
  if (audit !== undefined) appendAudit(database, audit);
  return { kind: "created" as const, token: fromRow(row), secret };
}

function find({ db }: Database, secret: string, nowMs: number): OperatorToken | undefined {
  const [, id] = FORM.exec(secret) ?? [];
  if (id === undefined) return undefined;
  const row = db.select().from(operatorTokens).where(eq(operatorTokens.id, id)).get();
  // An unknown id is compared too, so that the time does not tell which ids there are.
  const isSame = timingSafeEqual(hashOf(secret), Buffer.from(row?.hash ?? NO_HASH, "hex"));
  return row !== undefined && isSame && isValid(row, nowMs) ? fromRow(row) : undefined;
}

const NO_HASH = "00".repeat(32);

function revoke(
  database: Database,
  name: string,
  nowMs: number,
  audit: NewAuditEntry | undefined,
): OperatorToken | undefined {
  const row = validByName(database, name, nowMs);
  if (row === undefined) return undefined;
  database.db.update(operatorTokens).set({ revokedMs: nowMs }).where(eq(operatorTokens.id, row.id)).run();
  database.db.delete(operatorSessions).where(eq(operatorSessions.grantedFor, row.id)).run();
  if (audit !== undefined) appendAudit(database, audit);
  return fromRow({ ...row, revokedMs: nowMs });
}

function validByName({ db }: Database, name: string, nowMs: number): Row | undefined {
  return db
    .select()
    .from(operatorTokens)
    .where(
      and(
        eq(operatorTokens.name, name),
        isNull(operatorTokens.revokedMs),
        or(isNull(operatorTokens.expiresMs), gt(operatorTokens.expiresMs, nowMs)),
      ),
    )
    .get();
}

/** Whether the token with this id is valid. */
export function isTokenValid({ db }: Database, id: string, nowMs: number): boolean {
  const row = db.select().from(operatorTokens).where(eq(operatorTokens.id, id)).get();
  return row !== undefined && isValid(row, nowMs);
}

function isValid({ revokedMs, expiresMs }: Row, nowMs: number): boolean {
  return revokedMs === null && (expiresMs === null || nowMs < expiresMs);
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function fromRow({ id, name, role, createdMs, createdBy, ...row }: Row): OperatorToken {
  return {
    id,
    name,
    role,
    createdMs,
    createdBy,
    expiresMs: row.expiresMs ?? undefined,
    revokedMs: row.revokedMs ?? undefined,
    lastUsedMs: row.lastUsedMs ?? undefined,
  };
}
