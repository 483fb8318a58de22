/**
 * Bounds how often somebody may try to guess ADMIN_TOKEN, which a person may have chosen: by address, and in
 * all. Whoever has signed in from an address lately is not locked out by what others try from elsewhere.
 */

/** Attempts at once from one address, and how soon there is another one. */
const ADDRESS = { burst: 10, everyMs: 30_000 } as const;
/** The same for all addresses that are not known. */
const ALL = { burst: 100, everyMs: 1000 } as const;
/** How long an address is known after it has signed in. */
const KNOWN_MS = 30 * 86_400_000;
const MAX_ADDRESSES = 10_000;

type Bucket = { tokens: number; filledMs: number };
type Size = { readonly burst: number; readonly everyMs: number };

export class SignInAttempts {
  readonly #all: Bucket = { tokens: ALL.burst, filledMs: -Infinity };
  readonly #byAddress = new Map<string, Bucket>();
  readonly #knownUntilMs = new Map<string, number>();

  /** Counts an attempt: undefined when it may be made, or the seconds until it may be. */
  take(address: string, nowMs: number): number | undefined {
    const from = networkOf(address);
    const own = this.#bucketOf(from, nowMs);
    fill(this.#all, ALL, nowMs);
    const isKnown = nowMs < (this.#knownUntilMs.get(from) ?? -Infinity);
    const waitMs = Math.max(waitOf(own, ADDRESS), isKnown ? 0 : waitOf(this.#all, ALL));
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    own.tokens -= 1;
    if (!isKnown) this.#all.tokens -= 1;
    return undefined;
  }

  /** The attempt was none of guessing, and is given back. */
  succeeded(address: string, nowMs: number): void {
    const from = networkOf(address);
    const own = this.#bucketOf(from, nowMs);
    own.tokens = Math.min(ADDRESS.burst, own.tokens + 1);
    if (nowMs >= (this.#knownUntilMs.get(from) ?? -Infinity))
      this.#all.tokens = Math.min(ALL.burst, this.#all.tokens + 1);
    this.#knownUntilMs.delete(from);
    this.#knownUntilMs.set(from, nowMs + KNOWN_MS);
    dropOldest(this.#knownUntilMs);
  }

  #bucketOf(from: string, nowMs: number): Bucket {
    const bucket = this.#byAddress.get(from) ?? { tokens: ADDRESS.burst, filledMs: nowMs };
    fill(bucket, ADDRESS, nowMs);
    // The one that was used last stands last, so that the oldest goes first.
    this.#byAddress.delete(from);
    this.#byAddress.set(from, bucket);
    dropOldest(this.#byAddress);
    return bucket;
  }
}

function fill(bucket: Bucket, { burst, everyMs }: Size, nowMs: number): void {
  bucket.tokens = Math.min(burst, bucket.tokens + Math.max(0, nowMs - bucket.filledMs) / everyMs);
  bucket.filledMs = Math.max(bucket.filledMs, nowMs);
}

function waitOf({ tokens }: Bucket, { everyMs }: Size): number {
  return tokens >= 1 ? 0 : (1 - tokens) * everyMs;
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.size > MAX_ADDRESSES ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}

/** One host has 2⁶⁴ addresses of IPv6, which count as one. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail = ""] = address.split("::", 2);
  const groups = head.split(":");
  const missing = address.includes("::") ? 8 - groups.length - tail.split(":").length : 0;
  return [...groups, ...Array.from({ length: Math.max(0, missing) }, () => "0"), ...tail.split(":")]
    .slice(0, 4)
    .map((group) => group || "0")
    .join(":");
}
