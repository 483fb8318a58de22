/** A user's history: which items, how strongly, when; and its packed form in SQLite. Pure. */

export type HistoryEntry = {
  /** items.seq */
  readonly item: number;
  /** 1: a full play. */
  readonly weight: number;
  /** 0: unknown. */
  readonly timeMs: number;
};

/** From this weight on an entry is a play; less is a card that was opened, or a title left at once. */
export const PLAY_WEIGHT = 0.5;

/** The newest entries that are kept of a user. */
export const MAX_HISTORY = 1000;

export const ENTRY_BYTES = 12;

/**
 * 12 bytes an entry, little endian: item u32, weight f32, time in seconds u32. Newest first, at most {@link MAX_HISTORY}. The order
 * goes by what is kept of the times, so that it is the same however many folds the entries came in.
 */
export function packHistory(entries: readonly HistoryEntry[]): Buffer {
  const kept = entries
    .toSorted((a, b) => secondsOf(b) - secondsOf(a) || a.item - b.item)
    .slice(0, MAX_HISTORY);
  const packed = Buffer.alloc(kept.length * ENTRY_BYTES);
  kept.forEach((entry, at) => {
    packed.writeUInt32LE(entry.item, at * ENTRY_BYTES);
    packed.writeFloatLE(entry.weight, at * ENTRY_BYTES + 4);
    packed.writeUInt32LE(secondsOf(entry), at * ENTRY_BYTES + 8);
  });
  return packed;
}

function secondsOf({ timeMs }: HistoryEntry): number {
  return Math.max(0, Math.floor(timeMs / 1000));
}

/** A torn blob yields the entries that are whole. */
export function unpackHistory(packed: Uint8Array): HistoryEntry[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const entries: HistoryEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= packed.byteLength; at += ENTRY_BYTES) {
    entries.push({
      item: view.getUint32(at, true),
      weight: view.getFloat32(at + 4, true),
      timeMs: view.getUint32(at + 8, true) * 1000,
    });
  }
  return entries;
}
