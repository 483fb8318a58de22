/** Reads everybody from the store into columns, on all threads: the first stage of a full cycle. */
import type { Audience } from "@spillway/model/clusters/audience.ts";
import type { CatalogueEntry } from "@spillway/model/scoring/catalogue-entry.ts";
import type { Histories } from "@spillway/model/profile/histories.ts";
import type { Database } from "../../store/database.ts";
import { profileRanges, readProfileRange } from "../../store/profiles/profile-ranges.ts";
import type { WorkerPool } from "@spillway/model/workers/pool.ts";
import { decodeProfiles } from "./read-audience-chunk.ts";
import type { CatalogueTable } from "./read-audience-history.ts";
import { byName, joinColumns } from "./read-audience-signals.ts";
import type { ReadChunk } from "./read-audience-worker.ts";
import { sharedArray, type SharedConstructor } from "@spillway/model/workers/shared-memory.ts";

export type ReadOptions = {
  readonly database: Database;
  readonly catalogue: readonly CatalogueEntry[];
  /** The content's clock: what recency weights count from. */
  readonly contentNowMs: number;
  readonly pool: WorkerPool;
  /** In ranges of the table. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** Rowids to a task: some tenths of a second, so that progress shows and the threads end together. */
const SPAN = 65_536;

const WORKER = new URL("read-audience-worker.ts", import.meta.url);

/**
 * All users in the order of rowid, whatever the number of threads; arrays stand on shared memory. Each range is read as of
 * one moment, and no transaction is longer than a range takes: a profile that is written meanwhile is read before or after.
 */
export async function readAudience(options: ReadOptions): Promise<Audience> {
  const { database, catalogue, contentNowMs: nowMs, pool, onProgress } = options;
  const { sqlite } = database;
  const table = catalogueTable(catalogue);
  const spans = profileRanges(sqlite, SPAN);
  // Nobody else can open a database in memory; and for a single range a thread takes longer to start than to read it.
  const inline = sqlite.memory || spans.length < 2;
  let done = 0;
  const chunks = await Promise.all(
    spans.map(async (range): Promise<Audience> => {
      const chunk = inline
        ? readProfileRange(sqlite, range, (profiles, size) => decodeProfiles(profiles, size, table, nowMs))
        : await pool.runFile<Audience>(WORKER, "readChunk", {
            path: sqlite.name,
            range,
            table,
            nowMs,
          } satisfies ReadChunk);
      done += 1;
      onProgress?.(done, spans.length);
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
  };
}

function catalogueTable(catalogue: readonly CatalogueEntry[]): CatalogueTable {
  const seqs = catalogue.reduce((most, { seq }) => Math.max(most, seq + 1), 0);
  const rowOfSeq = sharedArray(Int32Array, seqs).fill(-1);
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

type Numbers = Uint8Array | Uint32Array | Float32Array;

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
