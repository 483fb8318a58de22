/** A map bounded by bytes: what was used least recently goes first. */

export type ByteLru<Value> = {
  readonly get: (key: string) => Value | undefined;
  /** Adds or replaces an entry. An entry whose size has changed is set again. */
  readonly set: (key: string, value: Value, bytes: number) => void;
  readonly size: () => { readonly entries: number; readonly bytes: number };
};

/** `maxBytes` is asked for with each entry, where it changes. */
export function createByteLru<Value>(maxBytes: number | (() => number)): ByteLru<Value> {
  // A Map iterates in order of insertion. `get` inserts an entry again, so the first is the least recently
  // used. It leaves the newer half where it is, since inserting takes longer than looking up.
  const entries = new Map<string, { readonly value: Value; readonly bytes: number; insertion: number }>();
  let total = 0;
  let insertions = 0;
  const drop = (key: string): void => {
    total -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (2 * (insertions - entry.insertion) >= entries.size) {
        entries.delete(key);
        entry.insertion = insertions += 1;
        entries.set(key, entry);
      }
      return entry.value;
    },
    set: (key, value, bytes) => {
      drop(key);
      entries.set(key, { value, bytes, insertion: (insertions += 1) });
      total += bytes;
      const most = typeof maxBytes === "number" ? maxBytes : maxBytes();
      for (const oldest of entries.keys()) {
        if (total <= most) break;
        drop(oldest);
      }
    },
    size: () => ({ entries: entries.size, bytes: total }),
  };
}
