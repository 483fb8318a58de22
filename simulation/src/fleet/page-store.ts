/**
 * Finds pages as the edge does: in the isolate's memory, in a KV that lags behind its writes, or at the
 * cluster's parent.
 */
import { BitRows } from "./bit-rows.ts";
import { zipfPicker, type Draws } from "./draws.ts";
import type { Isolate } from "./location.ts";
import type { FleetOptions } from "./options.ts";
import type { Rung } from "./tally.ts";

export type FoundPage = {
  readonly rung: Extract<Rung, "cluster" | "parent">;
  /** False when the page was in the isolate's memory. */
  readonly read: boolean;
};

const IN_MEMORY: FoundPage = { rung: "cluster", read: false };
const READ: FoundPage = { rung: "cluster", read: true };
const NOT_YET: FoundPage = { rung: "parent", read: false };

export type PageStore = { readonly find: (isolate: Isolate, nowMs: number) => FoundPage };

/** The sizes of clusters follow Zipf's law, as audiences do. */
const CLUSTER_ZIPF = 0.8;

/**
 * In the middle of the run a refresh cycle publishes a new index, in which some clusters have new ids. Each
 * location sees each key after a different time, up to `kvStaleS`. So an index may name a page that is not
 * there yet, and then the parent's page stands in. An isolate reads the index once a read cycle.
 */
export function createPageStore(options: FleetOptions, durationS: number, draws: Draws): PageStore {
  const { clusters, renamedShare, kvStaleS, readCycleS } = options;
  const publishedMs = (durationS * 1000) / 2;
  const pick = zipfPicker(clusters, CLUSTER_ZIPF, draws.uniform);
  const renamed = Array.from({ length: clusters }, () => draws.uniform() < renamedShare);
  /** The location's mean trip serves as its key, since it is unique. */
  const staleMs = (isolate: Isolate, key: number): number =>
    fraction(Math.sin(isolate.location.tripMs * 9301 + key * 49_297) * 233_280) * kvStaleS * 1000;
  // The second half is for clusters that a new index renames.
  const inMemory = new BitRows(2 * clusters);
  const seesNewIndex = (isolate: Isolate, nowMs: number): boolean => {
    const cycleMs = readCycleS * 1000;
    const lastReadMs = isolate.bornMs + Math.floor((nowMs - isolate.bornMs) / cycleMs) * cycleMs;
    return lastReadMs >= publishedMs + staleMs(isolate, -1);
  };
  return {
    find: (isolate, nowMs) => {
      const cluster = pick();
      const isNew = renamed[cluster] === true && nowMs >= publishedMs && seesNewIndex(isolate, nowMs);
      if (isNew && nowMs < publishedMs + staleMs(isolate, cluster)) return NOT_YET;
      const key = isNew ? cluster + clusters : cluster;
      return inMemory.add(isolate.number, key) ? READ : IN_MEMORY;
    },
  };
}

function fraction(value: number): number {
  return value - Math.floor(value);
}
