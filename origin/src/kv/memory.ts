/** KV in memory, with the same contract as the real one, for benchmarks and for tests of what is written. */
import type { KvNamespace, KvPair } from "./kv-namespace.ts";

export type MemoryKv = KvNamespace & {
  readonly pairs: ReadonlyMap<string, KvPair>;
  /** The keys of all writes, in order; a key that is written twice is here twice. */
  readonly writes: readonly string[];
};

export function memoryKv(): MemoryKv {
  const pairs = new Map<string, KvPair>();
  const writes: string[] = [];
  return {
    address: "memory",
    pairs,
    writes,
    get: (key) => Promise.resolve(pairs.get(key)?.value),
    putMany: (batch) => {
      for (const pair of batch) {
        pairs.set(pair.key, pair);
        writes.push(pair.key);
      }
      return Promise.resolve();
    },
    deleteMany: (keys) => {
      for (const key of keys) pairs.delete(key);
      return Promise.resolve();
    },
  };
}
