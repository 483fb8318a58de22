/**
 * The ids that are taken for scrapers: the origin publishes them, and the edge looks them up. Each is a
 * 64-bit keyed hash (user-hash.ts) with an expiry. Half a million of them take 6 MB.
 */
import * as z from "zod/mini";
import type { UserHash } from "./user-hash.ts";
import { checkedBy, type Checked } from "./zod-issues.ts";

export type Suspect = { readonly hash: UserHash; readonly expiresMs: number };

const documentSchema = z.object({
  version: z.int().check(z.gte(1)),
  /**
   * Base64 of ascending records of 12 bytes: the hash as u64 and the expiry in seconds as u32, both big
   * endian.
   */
  suspects: z.string(),
});

export type SuspectsDocument = z.infer<typeof documentSchema>;

export type CompiledSuspects = {
  readonly size: number;
  /** True for a suspect whose expiry has not come yet. */
  readonly has: (hash: UserHash, nowMs: number) => boolean;
};

export const NO_SUSPECTS: CompiledSuspects = { size: 0, has: () => false };

const RECORD_BYTES = 12;
/** The bits by which records are found: the index takes 256 KB. */
const PREFIX_BITS = 16;

export function packSuspects(version: number, suspects: readonly Suspect[]): SuspectsDocument {
  const ascending = suspects.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const view = new DataView(new ArrayBuffer(ascending.length * RECORD_BYTES));
  ascending.forEach(({ hash, expiresMs }, at) => {
    view.setBigUint64(at * RECORD_BYTES, BigInt(`0x${hash}`));
    view.setUint32(at * RECORD_BYTES + 8, Math.floor(expiresMs / 1000));
  });
  return { version, suspects: new Uint8Array(view.buffer).toBase64() };
}

/** Checks what looking up relies on: whole records in ascending order. */
export function compileSuspects(value: unknown): Checked<CompiledSuspects> {
  const checked = checkedBy(documentSchema, value);
  if (!checked.ok) return checked;
  const bytes = fromBase64(checked.value.suspects);
  if (bytes === undefined) return refusedFor("is not base64");
  if (bytes.length % RECORD_BYTES !== 0) return refusedFor(`must be records of ${RECORD_BYTES} bytes`);
  const { size, highs, lows, expiries } = columnsOf(bytes);
  const compare = (record: number, high: number, low: number): number =>
    (highs[record] ?? 0) - high || (lows[record] ?? 0) - low;
  for (let record = 1; record < size; record += 1) {
    if (compare(record, highs[record - 1] ?? 0, lows[record - 1] ?? 0) <= 0)
      return refusedFor(`must ascend; record ${record} does not`);
  }
  const starts = startsByPrefix(highs);
  const has = (hash: UserHash, nowMs: number): boolean => {
    const high = Number.parseInt(hash.slice(0, 8), 16);
    const low = Number.parseInt(hash.slice(8), 16);
    const prefix = high >>> (32 - PREFIX_BITS);
    let from = starts[prefix] ?? 0;
    let to = starts[prefix + 1] ?? size;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const difference = compare(middle, high, low);
      if (difference === 0) return (expiries[middle] ?? 0) * 1000 > nowMs;
      if (difference < 0) from = middle + 1;
      else to = middle;
    }
    return false;
  };
  return { ok: true, value: { size, has } };
}

type Columns = {
  readonly size: number;
  /** The first and the last 32 bits of each hash. */
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  /** In seconds. */
  readonly expiries: Uint32Array;
};

/**
 * A look-up reads the first halves of few neighbours, which then stand in one line of the processor's cache.
 */
function columnsOf(bytes: Uint8Array): Columns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = bytes.length / RECORD_BYTES;
  const column = (offset: number): Uint32Array =>
    Uint32Array.from({ length: size }, (_, record) => view.getUint32(record * RECORD_BYTES + offset));
  return { size, highs: column(0), lows: column(4), expiries: column(8) };
}

/**
 * Where the records of each prefix begin, so that a look-up does not search all of the list, most of which
 * the processor's caches do not hold.
 */
function startsByPrefix(highs: Uint32Array): Uint32Array {
  const size = highs.length;
  const starts = new Uint32Array(2 ** PREFIX_BITS + 1).fill(size);
  for (let record = size - 1; record >= 0; record -= 1) {
    starts[(highs[record] ?? 0) >>> (32 - PREFIX_BITS)] = record;
  }
  for (let prefix = starts.length - 2; prefix >= 0; prefix -= 1) {
    starts[prefix] = Math.min(starts[prefix] ?? size, starts[prefix + 1] ?? size);
  }
  return starts;
}

function refusedFor(reason: string): Checked<never> {
  return { ok: false, issues: [{ key: "suspects", reason }] };
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
