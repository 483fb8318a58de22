/** The contract of KV: what the origin needs of the store that the edge reads from. */

export type KvPair = {
  readonly key: string;
  /** Bytes are stored as they are. */
  readonly value: string | Uint8Array;
  /** Its JSON has at most 1,024 bytes. */
  readonly metadata?: Readonly<Record<string, string | number>>;
};

export type KvNamespace = {
  /**
   * Where the values are written. Messages name it, and another address means that nothing is published there
   * yet.
   */
  readonly address: string;
  /** Returns the stored value, not one from a cache; undefined when there is none. Throws {@link KvError}. */
  readonly get: (key: string) => Promise<string | undefined>;
  /**
   * Writes all pairs, or throws {@link KvError}. At most {@link MAX_PAIRS_PER_WRITE} pairs and {@link
   * MAX_WRITE_BYTES}.
   */
  readonly putMany: (pairs: readonly KvPair[]) => Promise<void>;
  readonly deleteMany: (keys: readonly string[]) => Promise<void>;
};

/**
 * Far below Cloudflare's 10,000 pairs and 100 MB a call, so that progress shows and a failed call costs
 * little.
 */
export const MAX_PAIRS_PER_WRITE = 500;
export const MAX_WRITE_BYTES = 8 * 1024 * 1024;

/** KV refused the call or could not be reached. None of the call's values may be assumed to be written. */
export class KvError extends Error {
  override readonly name = "KvError";
}
