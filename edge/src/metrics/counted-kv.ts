/** A KV namespace whose reads are counted, since each is paid for. */

export type CountedKv = {
  readonly kv: KVNamespace;
  /** Since this isolate started. A read that a data centre's cache answers is paid for too. */
  readonly reads: () => number;
};

export function createCountedKv(namespace: KVNamespace): CountedKv {
  let reads = 0;
  const counted = {
    get: (...read: Parameters<KVNamespace["get"]>) => {
      reads += 1;
      return namespace.get(...read);
    },
    getWithMetadata: (...read: Parameters<KVNamespace["getWithMetadata"]>) => {
      reads += 1;
      return namespace.getWithMetadata(...read);
    },
  };
  // The edge reads only; the overloads of both are the namespace's own.
  return { kv: counted as unknown as KVNamespace, reads: () => reads };
}
