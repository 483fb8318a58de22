/** The newest plays and the hidden titles of a viewer state as bits, with their times in minutes. Pure. */
import { bestRice, type BitReader, type BitWriter } from "./bits.ts";
import { MAX_HIDDEN_TITLES } from "./viewer-state-bounds.ts";
import {
  isLate,
  MAX_RECENT,
  MAX_UNSEEN_RECENT,
  MINUTE_MS,
  type RecentPlay,
  type ViewerState,
  type ViewerTitles,
} from "./viewer-state.ts";

const NO_ITEMS = new Uint32Array();
const NO_TIMES = new Float64Array();
/** Hundredths, as the origin keeps them, so that an unfinished share is the same on every rung. */
const PROGRESS_STEPS = 100;
const PROGRESS_BITS = 7;
/** In the year 2225; what is later is no time. */
const MAX_MINUTES = 2 ** 27;

export function writeRecent(out: BitWriter, { recent, titles, writtenMs }: ViewerState): void {
  const placeBits = bitsForPlace(titles.items.length);
  const timed = recent.filter(({ timeMs }) => timeMs > 0);
  const gaps: number[] = [];
  for (let at = 1; at < timed.length; at += 1)
    gaps.push((timed[at - 1]!.timeMs - timed[at]!.timeMs) / MINUTE_MS);
  const k = bestRice(gaps);
  out.number(timed.length);
  out.number(recent.length - timed.length);
  if (timed.length > 0) {
    out.signed(timed[0]!.timeMs / MINUTE_MS - Math.floor(writtenMs / MINUTE_MS));
    out.bits(k, 5);
    for (let at = 0; at < gaps.length; at += 1) out.rice(gaps[at]!, k);
  }
  const write = ({ item, progress }: RecentPlay): void => {
    out.bits(placeOf(titles.items, item), placeBits);
    out.bits(progress === undefined ? 0 : 1, 1);
    if (progress !== undefined) out.bits(Math.round(progress * PROGRESS_STEPS), PROGRESS_BITS);
  };
  for (const play of timed) write(play);
  if (timed.length < recent.length) for (const play of recent) if (play.timeMs === 0) write(play);
}

/** The place of an item that is among the ascending ones. */
function placeOf(items: Uint32Array, item: number): number {
  let [from, to] = [0, items.length - 1];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (items[middle]! < item) from = middle + 1;
    else to = middle;
  }
  return from;
}

function bitsForPlace(titles: number): number {
  return 32 - Math.clz32(Math.max(0, titles - 1));
}

/** Undefined where the plays are not those of `titles`, each once. */
export function readRecent(
  input: BitReader,
  { items }: ViewerTitles,
  writtenMs: number,
): RecentPlay[] | undefined {
  const timed = input.number();
  const untimed = input.number();
  const count = timed + untimed;
  if (timed > MAX_UNSEEN_RECENT || untimed > MAX_RECENT || count > items.length || input.left() < count)
    return undefined;
  const minutes = readMinutes(input, timed, Math.floor(writtenMs / MINUTE_MS));
  if (minutes === undefined) return undefined;
  const placeBits = bitsForPlace(items.length);
  const seen = new Uint8Array(items.length);
  const recent: RecentPlay[] = [];
  for (let at = 0; at < count; at += 1) {
    const place = input.bits(placeBits);
    const item = items[place];
    if (item === undefined || seen[place] === 1) return undefined;
    seen[place] = 1;
    const progress = input.bits(1) === 0 ? undefined : input.bits(PROGRESS_BITS) / PROGRESS_STEPS;
    if (progress !== undefined && progress > 1) return undefined;
    recent.push({ item, timeMs: (minutes[at] ?? 0) * MINUTE_MS, progress });
  }
  return recent;
}

function readMinutes(input: BitReader, count: number, writtenMinute: number): Uint32Array | undefined {
  if (count === 0) return NO_ITEMS;
  let minute = writtenMinute + input.signed();
  const gaps = input.rices(count - 1, input.bits(5));
  const minutes = new Uint32Array(count);
  for (let at = 0; at < count; at += 1) {
    if (at > 0) minute -= gaps[at - 1]!;
    if (minute <= 0 || minute > MAX_MINUTES) return undefined;
    minutes[at] = minute;
  }
  return minutes;
}

/** Times of what was hidden before the watermark are of no use any more, and are left out. */
export function writeHidden(out: BitWriter, { hidden, hiddenMs, foldedMs }: ViewerState): void {
  out.number(hidden.length);
  if (hidden.length === 0) return;
  out.ascending(hidden);
  for (const timeMs of hiddenMs) {
    const isUnseen = isLate(timeMs, foldedMs);
    out.bits(isUnseen ? 1 : 0, 1);
    if (isUnseen) out.number(timeMs / MINUTE_MS);
  }
}

export function readHidden(input: BitReader): Pick<ViewerState, "hidden" | "hiddenMs"> | undefined {
  const count = input.number();
  if (count === 0) return { hidden: NO_ITEMS, hiddenMs: NO_TIMES };
  const hidden = count > MAX_HIDDEN_TITLES ? undefined : input.ascending(count);
  if (hidden === undefined) return undefined;
  const hiddenMs = new Float64Array(count);
  for (let at = 0; at < count; at += 1) {
    const minutes = input.bits(1) === 0 ? 0 : input.number();
    if (minutes > MAX_MINUTES) return undefined;
    hiddenMs[at] = minutes * MINUTE_MS;
  }
  return { hidden, hiddenMs };
}
