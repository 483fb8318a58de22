/**
 * Bounds how often somebody may try to guess ADMIN_TOKEN, which a person may have chosen: by address, and in
 * all. Whoever has proven it from an address lately is not locked out by what others try from elsewhere. Who
 * sends the same wrong secret again learns nothing by it, and is not counted again.
 */
import { createHmac, randomBytes } from "node:crypto";

/** So many attempts at once, and how soon there is another one. */
type Size = { readonly burst: number; readonly everyMs: number };

/** `all`: of all addresses together that are not known. */
export type AttemptSizes = { readonly address: Size; readonly all: Size };

/** A person signs in, and mistypes. */
export const SIGN_INS: AttemptSizes = {
  address: { burst: 10, everyMs: 30_000 },
  all: { burst: 100, everyMs: 1000 },
};
/** Programs call: one that still has an old token and asks every few seconds locks nobody beside it out. */
export const BEARERS: AttemptSizes = {
  address: { burst: 20, everyMs: 3000 },
  all: { burst: 200, everyMs: 200 },
};

/** How long an address is known after a right token has come from it. */
const KNOWN_MS = 30 * 86_400_000;
const MAX_ADDRESSES = 10_000;
/** Programs with an old token beside one another, each with another one. */
const MAX_WRONG = 16;

type Bucket = { tokens: number; filledMs: number };
type OfAddress = Bucket & { readonly wrong: Set<string> };

export class Attempts {
  readonly #sizes: AttemptSizes;
  readonly #all: Bucket;
  readonly #byAddress = new Map<string, OfAddress>();
  /** So that what is remembered of a secret tells nothing of it. */
  readonly #key = randomBytes(32);
  readonly #knownUntilMs = new Map<string, number>();

  constructor(sizes: AttemptSizes) {
    this.#sizes = sizes;
    this.#all = { tokens: sizes.all.burst, filledMs: -Infinity };
  }

  /** Of how many attempts are remembered. */
  get addresses(): number {
    return this.#byAddress.size;
  }

  /** The seconds until there may be an attempt; undefined when there may be one. Nothing is counted. */
  waitS(address: string, nowMs: number): number | undefined {
    const from = networkOf(address);
    const own = this.#byAddress.get(from);
    fill(this.#all, this.#sizes.all, nowMs);
    if (own !== undefined) fill(own, this.#sizes.address, nowMs);
    const ofAll = this.#isKnown(from, nowMs) ? 0 : waitOf(this.#all, this.#sizes.all);
    const waitMs = Math.max(own === undefined ? 0 : waitOf(own, this.#sizes.address), ofAll);
    return waitMs > 0 ? Math.ceil(waitMs / 1000) : undefined;
  }

  /**
   * Counts an attempt: undefined when it may be made, or the seconds until it may be. `wrong`, the secret where
   * it is known to be a wrong one, is counted once while it is among the last from there.
   */
  take(address: string, nowMs: number, wrong?: string): number | undefined {
    const from = networkOf(address);
    const own = this.#bucketOf(from, nowMs);
    const digest = wrong === undefined ? undefined : this.#digestOf(wrong);
    if (digest !== undefined && own.wrong.has(digest)) {
      remember(own.wrong, digest);
      return undefined;
    }
    const waitS = this.waitS(address, nowMs);
    if (waitS !== undefined) return waitS;
    if (digest !== undefined) remember(own.wrong, digest);
    own.tokens -= 1;
    if (!this.#isKnown(from, nowMs)) this.#all.tokens -= 1;
    return undefined;
  }

  /** The attempt was none of guessing, and is given back. */
  succeeded(address: string, nowMs: number): void {
    const from = networkOf(address);
    const own = this.#bucketOf(from, nowMs);
    own.tokens = Math.min(this.#sizes.address.burst, own.tokens + 1);
    if (!this.#isKnown(from, nowMs)) this.#all.tokens = Math.min(this.#sizes.all.burst, this.#all.tokens + 1);
    this.know(address, nowMs);
  }

  /** A right token has come from there. */
  know(address: string, nowMs: number): void {
    const from = networkOf(address);
    this.#knownUntilMs.delete(from);
    this.#knownUntilMs.set(from, nowMs + KNOWN_MS);
    dropOldest(this.#knownUntilMs);
  }

  #isKnown(from: string, nowMs: number): boolean {
    return nowMs < (this.#knownUntilMs.get(from) ?? -Infinity);
  }

  #digestOf(secret: string): string {
    return createHmac("sha256", this.#key).update(secret).digest("base64url").slice(0, 16);
  }

  #bucketOf(from: string, nowMs: number): OfAddress {
    const { address } = this.#sizes;
    const first = { tokens: address.burst, filledMs: nowMs, wrong: new Set<string>() };
    const bucket = this.#byAddress.get(from) ?? first;
    fill(bucket, address, nowMs);
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

/** The one that came last stands last. */
function remember(wrong: Set<string>, digest: string): void {
  wrong.delete(digest);
  wrong.add(digest);
  const [oldest] = wrong.size > MAX_WRONG ? wrong : [];
  if (oldest !== undefined) wrong.delete(oldest);
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
