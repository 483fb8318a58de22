/** Writes into the audit log what a command has changed beside the origin, in the data itself. */
import { hostname, userInfo } from "node:os";
import type { Command } from "commander";
import type { Database } from "@spillway/store/database.ts";
import type { NewAuditEntry } from "@spillway/store/operators/audit-log.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";

/** What was changed. No secrets, and users as keyed hashes only. */
type Change = {
  readonly action: string;
  readonly subject: string;
  readonly note?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
};

/** Who can write the files has every right, and is known by their account on this machine. */
export async function auditHere(database: Database, change: Change): Promise<void> {
  await sqliteOperatorStore(database).audit.append(entryHere(change));
}

/** The entry, for who stores it together with the change. */
export function entryHere({ note, ...change }: Change): NewAuditEntry {
  return {
    ...change,
    ...(note !== undefined && note.trim() !== "" && { note: note.trim().slice(0, MAX_NOTE_CHARACTERS) }),
    atMs: Date.now(),
    by: accountName(),
    role: "admin",
    via: "command",
    address: hostname(),
  };
}

const MAX_NOTE_CHARACTERS = 500;

/** In a container an account may have no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? "unknown"}`;
  }
}

/** For commands that change something. */
export function withNote(command: Command): Command {
  return command.option("--note <text>", "why, for the audit log");
}
