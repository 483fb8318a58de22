/**
 * The memory of an isolate: what each part may take, and what all take together. An isolate has 128 MB; what
 * is kept may be half of it, since the runtime, the code and requests under way need the rest.
 */

type PackBytes = {
  readonly bytes: number;
  /** What the next ones take beside them while they are swapped. */
  readonly swapBytes: number;
};

/** Of everything that is kept, while packs are swapped. */
export const ISOLATE_BYTES = 64_000_000;

const MIB = 1024 * 1024;

/** At most, each. */
export const MEMORY = {
  /** Pages with pins over them, or with titles taken out. */
  overlays: 8 * MIB,
  /** Signed user tokens that have been verified, and those that do not hold. */
  goodTokens: 4 * MIB,
  refusedTokens: MIB,
  /** What post limits have counted as new: some 15,000 ids. */
  knownIds: 2 * MIB,
  /** Shards of the viewer map. */
  viewerMap: 4 * MIB,
} as const;

/** Half a million suspects. */
const MOST_SUSPECTS_BYTES = suspectsBytes(500_000);
/** Cluster index, routing, pins, erasures, what is counted, and the buffers of tailoring. */
const SMALL_BYTES = 3_000_000;

const MOST_PAGES_BYTES = 24 * MIB;
/** A few hundred pages, whatever packs take. */
const LEAST_PAGES_BYTES = 12 * MIB;

/** What stored pages may take: what packs and all others leave them. */
export function pagesBytes({ bytes, swapBytes }: PackBytes): number {
  const others = Object.values(MEMORY).reduce((sum, most) => sum + most, MOST_SUSPECTS_BYTES + SMALL_BYTES);
  const left = ISOLATE_BYTES - others - bytes - swapBytes;
  return Math.max(LEAST_PAGES_BYTES, Math.min(MOST_PAGES_BYTES, left));
}

/** Of shared/protocol/suspects.ts: a record each, and an index. */
function suspectsBytes(suspects: number): number {
  return suspects === 0 ? 0 : 12 * suspects + 4 * 2 ** 16;
}

export type KeptBytes = {
  readonly pages: number;
  readonly overlays: number;
  readonly packs: number;
  /** What the next packs take beside them while they are swapped. */
  readonly packsInSwap: number;
  readonly suspects: number;
  /** All that is too small to be measured, at its most. */
  readonly others: number;
};

export function keptBytes(kept: {
  readonly pages: number;
  readonly overlays: number;
  readonly packs: PackBytes;
  readonly suspects: number;
}): KeptBytes {
  const { overlays: _, ...small } = MEMORY;
  return {
    pages: kept.pages,
    overlays: kept.overlays,
    packs: kept.packs.bytes,
    packsInSwap: kept.packs.swapBytes,
    suspects: suspectsBytes(kept.suspects),
    others: Object.values(small).reduce((sum, most) => sum + most, SMALL_BYTES),
  };
}
