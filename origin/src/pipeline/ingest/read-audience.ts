/**
 * Reads all profiles from the store into columns, or a sample, on all threads: the stage `read` of a full
 * cycle.
 */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { Histories } from "@spillway/model/profile/histories.ts";
import type { Database } from "@spillway/store/database.ts";
import { profileRanges, readProfileRange } from "@spillway/store/profiles/profile-ranges.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import { decodeProfiles } from "./read-audience-chunk.ts";
import type { CatalogueTable } from "./read-audience-history.ts";
import { byName, joinColumns } from "./read-audience-signals.ts";
import type { ReadChunk } from "./read-audience-worker.ts";
import { sharedArray, type SharedConstructor } from "@spillway/model/workers/shared-memory.ts";

export type ReadOptions = {
  readonly database: Database;
  readonly catalogue: readonly CatalogueEntry[];
  /** The instant, by the content's clock, up to which the weights of a history decay. */
  readonly contentNowMs: number;
  readonly pool: WorkerPool;
  /** Below 1, a stratified sample of so many is read; all by default. */
  readonly share?: number;
  /** Counts ranges of the table. */
  readonly onProgress?: (done: number, total: number) => void;
};

/**
 * Rowids of one task. It takes some tenths of a second, so that progress shows and all threads end at about
 * the same time.
 */
const ROWIDS_PER_TASK = 65_536;

const WORKER = new URL("read-audience-worker.ts", import.meta.url);

/**
 * Returns users in the order of rowid, whatever the number of threads, with arrays on shared memory. Each
 * range is read in one transaction, and each transaction ends with its range, so that none is long: a profile
 * that is written meanwhile is read either before or after that write.
 */
export async function readAudience(options: ReadOptions): Promise<Audience> {
  const { database, catalogue, contentNowMs: nowMs, pool, share = 1, onProgress } = options;
  const { sqlite } = database;
  const table = catalogueTable(catalogue);
  const ranges = profileRanges(sqlite, ROWIDS_PER_TASK);
  // A database in memory cannot be opened by another thread, and a thread takes longer to start than to read
  // one range.
  const inline = sqlite.memory || ranges.length < 2;
  let done = 0;
  const chunks = await Promise.all(
    ranges.map(async (range): Promise<Audience> => {
      const chunk = inline
        ? decodeProfiles(readProfileRange(sqlite, range), table, nowMs, share)
        : await pool.runFile<Audience>(WORKER, "readChunk", {
            path: sqlite.name,
            range,
            table,
            nowMs,
            share,
          } satisfies ReadChunk);
      done += 1;
      onProgress?.(done, ranges.length);
      return chunk;
    }),
  );
  return {
    histories: joinHistories(chunks.map(({ histories }) => histories)),
    signals: byName((name) =>
      joinColumns(
        name,
        chunks.map(({ signals }) => signals[name]),
      ),
    ),
    visits: joined(
      Uint8Array,
      chunks.map(({ visits }) => visits),
    ),
    heldOut: joined(
      Uint16Array,
      chunks.map(({ heldOut = new Uint16Array(0) }) => heldOut),
    ),
    rowids: joined(
      Uint32Array,
      chunks.map(({ rowids = new Uint32Array(0) }) => rowids),
    ),
  };
}

export function catalogueTable(catalogue: readonly CatalogueEntry[]): CatalogueTable {
  const seqCount = catalogue.reduce((most, { seq }) => Math.max(most, seq + 1), 0);
  const rowOfSeq = sharedArray(Int32Array, seqCount).fill(-1);
  const publishedMs = sharedArray(Float64Array, catalogue.length);
  catalogue.forEach(({ seq, item }, row) => {
    rowOfSeq[seq] = row;
    publishedMs[row] = item.publishedAt === undefined ? Number.NaN : Date.parse(item.publishedAt);
  });
  return { rowOfSeq, publishedMs };
}

function joinHistories(chunks: readonly Histories[]): Histories {
  const users = chunks.reduce((sum, { playEnds }) => sum + playEnds.length, 0);
  const starts = sharedArray(Uint32Array, users + 1);
  const playEnds = sharedArray(Uint32Array, users);
  let user = 0;
  let base = 0;
  for (const chunk of chunks) {
    for (let own = 0; own < chunk.playEnds.length; own += 1) {
      playEnds[user] = base + chunk.playEnds[own]!;
      user += 1;
      starts[user] = base + chunk.starts[own + 1]!;
    }
    base += chunk.rows.length;
  }
  return {
    starts,
    playEnds,
    rows: joined(
      Uint32Array,
      chunks.map(({ rows }) => rows),
    ),
    values: joined(
      Float32Array,
      chunks.map(({ values }) => values),
    ),
  };
}

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;

function joined<Part extends Numbers>(kind: SharedConstructor<Part>, parts: readonly Part[]): Part {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = sharedArray(kind, length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
