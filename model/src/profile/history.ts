/** A user's history (which items, how strongly, when), and its packed form in SQLite. Pure. */

export type HistoryEntry = {
  /** items.seq */
  readonly item: number;
  /** 1: a full play. */
  readonly weight: number;
  /** 0: unknown. */
  readonly timeMs: number;
};

/**
 * An entry of at least this weight is a play; one of less weight is a card that was opened, or a title left
 * at once.
 */
export const PLAY_WEIGHT = 0.5;

/** An item whose weight is at least this has been watched, and is not recommended again. */
export const WATCHED_WEIGHT = 0.8;

/** So many of a user's entries are stored, the newest. */
export const MAX_HISTORY = 1000;

export const ENTRY_BYTES = 12;

/**
 * 12 bytes for each entry, little endian: item u32, weight f32, time in seconds u32. The newest come first,
 * at most {@link MAX_HISTORY}. The order goes by the times in whole seconds, as they are stored, so that it
 * is the same however many folds the entries came in.
 */
export function packHistory(entries: readonly HistoryEntry[]): Uint8Array<ArrayBuffer> {
  const newest = entries
    .toSorted((a, b) => secondsOf(b) - secondsOf(a) || a.item - b.item)
    .slice(0, MAX_HISTORY);
  const packed = new Uint8Array(newest.length * ENTRY_BYTES);
  const view = new DataView(packed.buffer);
  newest.forEach((entry, at) => {
    view.setUint32(at * ENTRY_BYTES, entry.item, true);
    view.setFloat32(at * ENTRY_BYTES + 4, entry.weight, true);
    view.setUint32(at * ENTRY_BYTES + 8, secondsOf(entry), true);
  });
  return packed;
}

function secondsOf({ timeMs }: HistoryEntry): number {
  return Math.max(0, Math.floor(timeMs / 1000));
}

/** A blob that was cut short yields the entries that are whole. */
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
