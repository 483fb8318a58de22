/** Erases anew whose data was erased after the backup was taken: a restore must not bring it back. */
import { createHash } from "node:crypto";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { transact, type Database } from "@spillway/store/database.ts";
import { SERVING_LOG_FILE } from "@spillway/store/folder/swap-data.ts";
import { eraseUserData } from "../identity/user-data.ts";
import { openServingLog } from "../serving-log/serving-log.ts";

/** A row of the table `erasures`. */
export type Erasure = { readonly idHash: Buffer; readonly erasedMs: number };

/**
 * `folder` holds the restored databases. `userHash` makes the function that the serving log's hashes come
 * from; it is called only when somebody has to be erased. Returns how many ids were erased.
 */
export function eraseAgain(
  database: Database,
  folder: string,
  erasures: readonly Erasure[],
  userHash: () => (user: string) => UserHash,
): number {
  if (erasures.length === 0) return 0;
  const erasedMs = new Map(erasures.map((erasure) => [erasure.idHash.toString("hex"), erasure.erasedMs]));
  const ids = database.sqlite
    .prepare<[], string>(
      `SELECT user FROM profiles UNION SELECT user FROM own_profiles UNION SELECT user FROM events
       UNION SELECT user FROM links UNION SELECT visitor FROM links`,
    )
    .pluck()
    .all()
    .flatMap((id) => {
      const ms = erasedMs.get(createHash("sha256").update(id).digest("hex"));
      return ms === undefined ? [] : [{ id, ms }];
    });
  const logPath = join(folder, SERVING_LOG_FILE);
  const servingLog = ids.length > 0 && existsSync(logPath) ? openServingLog(logPath) : undefined;
  try {
    const hashUser = ids.length > 0 ? userHash() : undefined;
    for (const { id, ms } of ids)
      if (hashUser !== undefined) eraseUserData({ database, servingLog, hashUser }, id, ms);
    remember(database, erasures);
    servingLog?.sqlite.pragma("journal_mode = DELETE");
  } finally {
    servingLog?.close();
  }
  return ids.length;
}

/** What these people did before may still come from a queue. */
function remember(database: Database, erasures: readonly Erasure[]): void {
  const put = database.sqlite.prepare<[Buffer, number]>(
    "INSERT INTO erasures VALUES (?, ?) ON CONFLICT DO UPDATE SET erased_ms = max(erased_ms, excluded.erased_ms)",
  );
  transact(database, () => {
    for (const { idHash, erasedMs } of erasures) put.run(idHash, erasedMs);
  });
}
