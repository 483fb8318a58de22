/**
 * What a restore must not undo of what operators did after the backup was taken: a token that was revoked
 * stays revoked, the audit log has every entry that it had, and a rollout that has ended stays ended.
 */
import type Sqlite from "better-sqlite3";

type Row = Readonly<Record<string, string | number | null>>;

/** Rows of the replaced data, by their columns. */
export type OperatorRows = {
  readonly tokens: readonly Row[];
  readonly audit: readonly Row[];
  /** The document of the last rollout. */
  readonly rollout: readonly Row[];
};

export const NO_OPERATORS: OperatorRows = { tokens: [], audit: [], rollout: [] };

/** Data of an earlier release has none. */
export function readOperatorRows(sqlite: Sqlite.Database): OperatorRows {
  const known = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'operator_tokens'").get();
  if (known === undefined) return NO_OPERATORS;
  return {
    tokens: sqlite.prepare<[], Row>("SELECT * FROM operator_tokens").all(),
    audit: sqlite.prepare<[], Row>("SELECT * FROM audit").all(),
    rollout: sqlite.prepare<[], Row>("SELECT * FROM documents WHERE key = 'rollout'").all(),
  };
}

/** Within the caller's transaction. Nobody stays signed in to the console. */
export function writeOperatorRows(sqlite: Sqlite.Database, rows: OperatorRows): void {
  const { tokens, audit, rollout } = rows;
  sqlite.exec("DELETE FROM operator_sessions");
  sqlite.exec("DELETE FROM documents WHERE key = 'rollout-evidence'");
  for (const document of rollout) insert(sqlite, "REPLACE", "documents", document);
  for (const token of tokens) insert(sqlite, "REPLACE", "operator_tokens", token);
  for (const entry of audit) insert(sqlite, "IGNORE", "audit", entry);
}

/** The columns are those of our own schema, and no text from outside. */
function insert(sqlite: Sqlite.Database, or: "REPLACE" | "IGNORE", table: string, row: Row): void {
  const columns = Object.keys(row);
  const names = columns.map((name) => `"${name}"`).join(", ");
  const values = columns.map(() => "?").join(", ");
  sqlite.prepare(`INSERT OR ${or} INTO ${table} (${names}) VALUES (${values})`).run(...Object.values(row));
}
