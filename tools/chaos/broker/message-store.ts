/**
 * The broker's messages on SQLite: a send is durable when it returns, and nothing goes before it was
 * acknowledged.
 */
import { DatabaseSync } from "node:sqlite";

export type StoredMessage = { readonly id: number; readonly body: string; readonly attempts: number };

export type MessageStore = {
  /** `bodies`: JSON texts. `copies` of each are delivered. */
  readonly add: (queue: string, bodies: readonly string[], copies: number) => void;
  /**
   * Takes at most so many due messages, in the order of `draw`. They come again after `leaseMs`, unless
   * answered.
   */
  readonly take: (queue: string, limit: number, nowMs: number, leaseMs: number) => StoredMessage[];
  readonly remove: (id: number) => void;
  readonly putOff: (id: number, untilMs: number) => void;
  readonly waiting: () => number;
};

/** `draw`: from 0 to less than 1; the order of delivery is its order, not that of arrival. */
export function openMessageStore(path: string, draw: () => number): MessageStore {
  const sqlite = new DatabaseSync(path);
  sqlite.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0, due_ms REAL NOT NULL DEFAULT 0, place REAL NOT NULL);
    CREATE INDEX messages_due ON messages (queue, due_ms);
  `);
  const insert = sqlite.prepare("INSERT INTO messages (queue, body, place) VALUES (?, ?, ?)");
  const due = sqlite.prepare(
    "SELECT id, body, attempts FROM messages WHERE queue = ? AND due_ms <= ? ORDER BY place LIMIT ?",
  );
  const lease = sqlite.prepare("UPDATE messages SET due_ms = ?, attempts = attempts + 1 WHERE id = ?");
  const later = sqlite.prepare("UPDATE messages SET due_ms = ?, place = ? WHERE id = ?");
  const deletion = sqlite.prepare("DELETE FROM messages WHERE id = ?");
  const count = sqlite.prepare("SELECT count(*) AS waiting FROM messages");
  return {
    add: (queue, bodies, copies) => {
      sqlite.exec("BEGIN IMMEDIATE");
      for (const body of bodies) for (let copy = 0; copy < copies; copy += 1) insert.run(queue, body, draw());
      sqlite.exec("COMMIT");
    },
    take: (queue, limit, nowMs, leaseMs) => {
      const rows = due.all(queue, nowMs, limit) as StoredMessage[];
      for (const { id } of rows) lease.run(nowMs + leaseMs, id);
      return rows;
    },
    remove: (id) => void deletion.run(id),
    putOff: (id, untilMs) => void later.run(untilMs, draw(), id),
    waiting: () => Number(count.get()?.["waiting"]),
  };
}
