/** A user's history (which items, how strongly, when), what they hid, and the packed form in SQLite. Pure. */

export type HistoryEntry = {
  /** items.seq */
  readonly item: number;
  /** 1: a full play. */
  readonly weight: number;
  /** 0: unknown. */
  readonly timeMs: number;
  /** The share of the title that was watched, where its viewer left it unfinished: 0.01 to below 0.9. */
  readonly progress?: number | undefined;
};

/**
 * A title that its viewer never wants to see ("not interested"). It is shown nowhere, and teaches nothing.
 */
export type HiddenItem = {
  /** items.seq */
  readonly item: number;
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

/** So many hidden items are stored besides, the newest. */
export const MAX_HIDDEN_ITEMS = 500;

/**
 * A title that was watched this far is finished: the rest is credits. Kodi counts a title as watched from
 * there on as well (`playcountminimumpercent`, 90), and so does Plex.
 */
export const FINISHED_SHARE = 0.9;

/** The share in whole percent, as it is stored; undefined where nothing is left to continue, or to begin. */
export function unfinishedShare(progress: number): number | undefined {
  const share = Math.round(progress * 100) / 100;
  return progress < FINISHED_SHARE && share > 0 ? share : undefined;
}

export const ENTRY_BYTES = 12;

/**
 * 12 bytes for each entry, little endian: item u32, weight u32, time in seconds u32. The newest come first,
 * at most {@link MAX_HISTORY}; hidden items follow, at most {@link MAX_HIDDEN_ITEMS}. The order goes by the
 * times in whole seconds, as they are stored, so that it is the same however many folds the entries came in.
 *
 * The weight is an f32, which is positive. A set sign bit marks the other form: 7 bits of progress in
 * percent, and the upper 24 bits of the f32 without its sign; 127 per cent is a hidden item, without weight.
 */
export function packHistory(
  entries: readonly HistoryEntry[],
  hidden: readonly HiddenItem[] = [],
): Uint8Array<ArrayBuffer> {
  const newest = newestOf(entries, MAX_HISTORY);
  const newestHidden = newestOf(hidden, MAX_HIDDEN_ITEMS);
  const packed = new Uint8Array((newest.length + newestHidden.length) * ENTRY_BYTES);
  const view = new DataView(packed.buffer);
  let at = 0;
  const write = (entry: HiddenItem, weight: number): void => {
    view.setUint32(at, entry.item, true);
    view.setUint32(at + 4, weight, true);
    view.setUint32(at + 8, secondsOf(entry), true);
    at += ENTRY_BYTES;
  };
  for (const entry of newest) write(entry, weightWord(entry));
  for (const entry of newestHidden) write(entry, HIDDEN_WORD);
  return packed;
}

function newestOf<Entry extends HiddenItem>(entries: readonly Entry[], limit: number): Entry[] {
  return entries.toSorted((a, b) => secondsOf(b) - secondsOf(a) || a.item - b.item).slice(0, limit);
}

function secondsOf({ timeMs }: HiddenItem): number {
  return Math.max(0, Math.floor(timeMs / 1000));
}

/** Entry words from here on are of the marked form. */
export const MARK = 0x8000_0000;
const PROGRESS_SHIFT = 24;
const HIDDEN_PERCENT = 127;
export const HIDDEN_WORD = (MARK | (HIDDEN_PERCENT << PROGRESS_SHIFT)) >>> 0;
/** So many lower bits of an f32 the marked form leaves out. */
const DROPPED_BITS = 7;
const FLOAT = new DataView(new ArrayBuffer(4));

function weightWord({ weight, progress }: HistoryEntry): number {
  // No weight is below 0, where the sign is the mark.
  FLOAT.setFloat32(0, Math.max(0, weight));
  const bits = FLOAT.getUint32(0);
  if (progress === undefined) return bits;
  return (MARK | (Math.round(progress * 100) << PROGRESS_SHIFT) | (bits >>> DROPPED_BITS)) >>> 0;
}

/** The weight in an entry's second word; 0 for a hidden item. */
function weightInWord(word: number): number {
  if (word >= MARK && percentOf(word) === HIDDEN_PERCENT) return 0;
  FLOAT.setUint32(0, word < MARK ? word : (word & ((1 << PROGRESS_SHIFT) - 1)) << DROPPED_BITS);
  return FLOAT.getFloat32(0);
}

/** The weight of the packed entry that begins at `at`; 0 for a hidden item. */
export function weightAt(packed: DataView, at: number): number {
  const word = packed.getUint32(at + 4, true);
  return word < MARK ? packed.getFloat32(at + 4, true) : weightInWord(word);
}

/** The unfinished share in a marked word. */
export function progressInWord(word: number): number {
  return percentOf(word) / 100;
}

function percentOf(word: number): number {
  return (word >>> PROGRESS_SHIFT) & HIDDEN_PERCENT;
}

export type UnpackedHistory = { readonly history: HistoryEntry[]; readonly hidden: HiddenItem[] };

/** A blob that was cut short yields the entries that are whole. */
export function unpackProfile(packed: Uint8Array): UnpackedHistory {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const history: HistoryEntry[] = [];
  const hidden: HiddenItem[] = [];
  for (let at = 0; at + ENTRY_BYTES <= packed.byteLength; at += ENTRY_BYTES) {
    const item = view.getUint32(at, true);
    const word = view.getUint32(at + 4, true);
    const timeMs = view.getUint32(at + 8, true) * 1000;
    if (word < MARK) history.push({ item, timeMs, weight: view.getFloat32(at + 4, true) });
    else if (word === HIDDEN_WORD) hidden.push({ item, timeMs });
    else history.push({ item, timeMs, weight: weightInWord(word), progress: progressInWord(word) });
  }
  return { history, hidden };
}

export function unpackHistory(packed: Uint8Array): HistoryEntry[] {
  return unpackProfile(packed).history;
}
