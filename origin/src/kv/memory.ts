/** KV in memory, with the same contract as the real one, for benchmarks and for tests of what is written. */
import type { KvNamespace, KvPair } from "./kv-namespace.ts";

type Valued<Value> = Omit<KvPair, "value"> & { readonly value: Value };

export type MemoryKv = KvNamespace & {
  /** Texts. */
  readonly pairs: ReadonlyMap<string, Valued<string>>;
  /** Bytes, such as packs. */
  readonly binaries: ReadonlyMap<string, Valued<Uint8Array>>;
  /** The keys of all writes, in order; a key that is written twice is here twice. */
  readonly writes: readonly string[];
};

export function memoryKv(): MemoryKv {
  const pairs = new Map<string, Valued<string>>();
  const binaries = new Map<string, Valued<Uint8Array>>();
  const writes: string[] = [];
  return {
    address: "memory",
    pairs,
    binaries,
    writes,
    get: (key) => Promise.resolve(pairs.get(key)?.value),
    putMany: (batch) => {
      for (const { value, ...pair } of batch) {
        if (typeof value === "string") pairs.set(pair.key, { ...pair, value });
        else binaries.set(pair.key, { ...pair, value });
        writes.push(pair.key);
      }
      return Promise.resolve();
    },
    deleteMany: (keys) => {
      for (const key of keys) {
        pairs.delete(key);
        binaries.delete(key);
      }
      return Promise.resolve();
    },
  };
}
