/** The file of a seeded store: made in a folder, or found there. */
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createProgress } from "@spillway/kit/commands/progress.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { countEntries, seedStore, type SeedOptions } from "./seed-store.ts";

export type SeededFile = {
  readonly path: string;
  /** The instant that it was seeded for. */
  readonly nowMs: number;
  readonly seedS: number;
  /** Of all histories. */
  readonly entries: number;
};

/** Beside a kept store; `entries` are null while it is not whole. */
type Facts = { readonly nowMs: number; readonly seedS: number; readonly entries: number | null };

/**
 * Seeds a store in `folder`. Where `kept` is a folder, the store stands there for the next time as it was
 * seeded, and one that was begun is gone on with; what is measured is a copy.
 */
export async function seededFile(
  folder: string,
  kept: string | undefined,
  options: Omit<SeedOptions, "nowMs">,
  interrupted: AbortSignal,
): Promise<SeededFile> {
  const path = join(folder, "spillway.db");
  if (kept === undefined) {
    const nowMs = Date.now();
    return { path, nowMs, ...(await seed(path, { ...options, nowMs }, interrupted)) };
  }
  const { users, items, seed: number } = options;
  const own = join(kept, `${users}-users-${items}-titles-seed-${number}`);
  mkdirSync(own, { recursive: true });
  const [file, factsPath] = [join(own, "spillway.db"), join(own, "facts.json")];
  const known = existsSync(factsPath) ? (JSON.parse(readFileSync(factsPath, "utf8")) as Facts) : undefined;
  const nowMs = known?.nowMs ?? Date.now();
  let facts = known && known.entries !== null ? { seedS: known.seedS, entries: known.entries } : undefined;
  if (facts === undefined) {
    writeFileSync(factsPath, JSON.stringify({ nowMs, seedS: 0, entries: null }));
    facts = await seed(file, { ...options, nowMs }, interrupted);
    writeFileSync(factsPath, JSON.stringify({ nowMs, ...facts }));
  }
  copyFileSync(file, path, constants.COPYFILE_FICLONE);
  return { path, nowMs, ...facts };
}

async function seed(
  path: string,
  options: SeedOptions,
  interrupted: AbortSignal,
): Promise<{ readonly seedS: number; readonly entries: number }> {
  const startMs = performance.now();
  const database = openDatabase(path, { durability: "normal" });
  // Ten million profiles are six gigabytes: no power cut matters.
  database.sqlite.pragma("synchronous = OFF");
  database.sqlite.pragma("cache_size = -500000");
  using progress = createProgress("seeding");
  try {
    for (const users of seedStore(database, options)) {
      progress.update(users, options.users);
      // oxlint-disable-next-line no-await-in-loop -- one batch after the other
      await setImmediate();
      interrupted.throwIfAborted();
    }
    const entries = countEntries(database);
    return { seedS: (performance.now() - startMs) / 1000, entries };
  } finally {
    database.close();
  }
}
