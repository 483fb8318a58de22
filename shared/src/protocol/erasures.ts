/**
 * Whose data was erased lately: the origin publishes it, and the edge takes no viewer state that was written
 * before. A state is as old as the oldest that is in it, so that no copy outlives an erasure.
 */
import * as z from "zod/mini";
import { checkedBy, type Checked } from "./zod-issues.ts";

export type Erasure = {
  /** The first 12 hexadecimal digits of the user hash (user-hash.ts). */
  readonly ownerTag: string;
  readonly erasedMs: number;
};

/** As long as a browser may keep a viewer cookie, an erasure is remembered. */
export const ERASURE_DAYS = 90;

/** Of more erasures than this, the oldest count for everybody: who was not erased loses a cookie, no more. */
export const MAX_ERASURES = 20_000;

const seconds = z.int().check(z.gte(0), z.lte(2 ** 32 - 1));

const documentSchema = z.object({
  version: z.int().check(z.gte(1)),
  /** Whatever was written at this time or before is void, whoever's it is; in seconds. */
  allBefore: z.optional(seconds),
  /** Owner tags in ascending order, each with the time of its erasure in seconds. */
  erased: z
    .array(z.tuple([z.string().check(z.regex(/^[0-9a-f]{12}$/)), seconds]))
    .check(z.maxLength(MAX_ERASURES)),
});

export type ErasuresDocument = z.infer<typeof documentSchema>;

export type CompiledErasures = {
  readonly size: number;
  /** Whether a state of this owner, written then, is void. */
  readonly voids: (ownerTag: string, writtenMs: number) => boolean;
};

export const NO_ERASURES: CompiledErasures = { size: 0, voids: () => false };

/** `erasures`: one for each owner, in any order. */
export function packErasures(version: number, erasures: readonly Erasure[]): ErasuresDocument {
  const newest = erasures.toSorted((a, b) => b.erasedMs - a.erasedMs);
  const oldest = newest[MAX_ERASURES];
  return {
    version,
    ...(oldest !== undefined && { allBefore: toSeconds(oldest.erasedMs) }),
    erased: newest
      .slice(0, MAX_ERASURES)
      .toSorted((a, b) => (a.ownerTag < b.ownerTag ? -1 : 1))
      .map(({ ownerTag, erasedMs }) => [ownerTag, toSeconds(erasedMs)]),
  };
}

function toSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000));
}

/** Checks what looking up relies on, too: each owner once, in ascending order. */
export function compileErasures(value: unknown): Checked<CompiledErasures> {
  const checked = checkedBy(documentSchema, value);
  if (!checked.ok) return checked;
  const { allBefore = -1, erased } = checked.value;
  // 48 bits are a whole number; as numbers, 20,000 take 240 KB.
  const owners = Float64Array.from(erased, ([ownerTag]) => Number.parseInt(ownerTag, 16));
  const erasedS = Uint32Array.from(erased, ([, atS]) => atS);
  const unordered = owners.findIndex((owner, at) => at > 0 && owner <= (owners[at - 1] ?? -1));
  if (unordered >= 0) {
    return { ok: false, issues: [{ key: "erased", reason: `must ascend; entry ${unordered} does not` }] };
  }
  const voids = (ownerTag: string, writtenMs: number): boolean => {
    const writtenS = Math.floor(writtenMs / 1000);
    if (writtenS <= allBefore) return true;
    const at = owners.length === 0 ? -1 : placeOf(owners, Number.parseInt(ownerTag, 16));
    return at >= 0 && writtenS <= (erasedS[at] ?? -1);
  };
  return { ok: true, value: { size: owners.length, voids } };
}

/** -1 where `wanted` is not among the ascending `values`. */
function placeOf(values: Float64Array, wanted: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const value = values[middle] ?? 0;
    if (value === wanted) return middle;
    if (value < wanted) from = middle + 1;
    else to = middle;
  }
  return -1;
}
