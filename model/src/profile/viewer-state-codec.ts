/**
 * A viewer state as bytes, and as the text of its cookie and header. Format 1: the byte 1, six bytes of the
 * owner tag, then bits (bits.ts): times, signals, plays, titles (gaps of their numbers, levels of their
 * values, which were not watched), newest plays (places among the titles), hidden titles. Pure.
 */
import { DEPTHS, NONE, RECENCIES, type ProfileSignals } from "@spillway/shared/signals/signals.ts";
import { BitReader, createBitWriter, PADDING_BYTES, type BitWriter } from "./bits.ts";
import { readTitles, writeTitles } from "./viewer-titles-codec.ts";
import { readHidden, readRecent, writeHidden, writeRecent } from "./viewer-times-codec.ts";
import { fewerTitles, withinBounds } from "./viewer-state-bounds.ts";
import type { ViewerState } from "./viewer-state.ts";

const FORMAT = 1;
const OWNER_BYTES = 6;
const HEAD_BYTES = 1 + OWNER_BYTES;

/** As text in base64url that is 3,000 characters, in a cookie of at most 4,096. */
export const MAX_VIEWER_STATE_BYTES = 2250;

/** No state of 17 years ago is kept; what says so is forged. */
const MAX_VALUES_MS = 2 ** 29 * 1000;
const AFFINITY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789_-";
const MAX_PLAYS = 2 ** 16;
const MAX_AFFINITY = 48;

export type PackedViewerState = {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Titles and hidden titles that had no room. */
  readonly dropped: number;
};

/**
 * At most {@link MAX_VIEWER_STATE_BYTES}. Where there is no room for everything, what tells least goes first:
 * titles that were not watched, then the least of the watched ones. `ownerTag`: the first 12 hexadecimal
 * digits of the user hash (shared/src/protocol/user-hash.ts).
 */
export function packViewerState(state: ViewerState, ownerTag: string): PackedViewerState {
  const bounded = withinBounds(state);
  const whole = pack(bounded.state, ownerTag);
  if (whole.length <= MAX_VIEWER_STATE_BYTES) return { bytes: whole, dropped: bounded.dropped };
  const { bytes, titles } = packFitting(bounded.state, whole.length, ownerTag);
  return { bytes, dropped: bounded.dropped + bounded.state.titles.items.length - titles };
}

/** Room that may stay free, of a few titles: what fits to the byte would take twice the time to find. */
const SPARE_BYTES = 16;
/**
 * The length grows about evenly with the titles, so that so many guesses are enough; then halves are certain.
 */
const MAX_GUESSES = 5;

/** About as many titles as fit, where all take `allLength` bytes. */
function packFitting(
  state: ViewerState,
  allLength: number,
  ownerTag: string,
): { readonly bytes: Uint8Array<ArrayBuffer>; readonly titles: number } {
  let fits = 0;
  let bytes = pack(fewerTitles(state, 0), ownerTag);
  let [tooMany, tooLong] = [state.titles.items.length, allLength];
  for (let turn = 0; tooMany - fits > 1 && MAX_VIEWER_STATE_BYTES - bytes.length > SPARE_BYTES; turn += 1) {
    const share = (MAX_VIEWER_STATE_BYTES - bytes.length) / (tooLong - bytes.length);
    const guess = fits + Math.floor((tooMany - fits) * (turn < MAX_GUESSES ? share : 0.5));
    const count = Math.min(tooMany - 1, Math.max(fits + 1, guess));
    const packed = pack(fewerTitles(state, count), ownerTag);
    if (packed.length <= MAX_VIEWER_STATE_BYTES) [fits, bytes] = [count, packed];
    else [tooMany, tooLong] = [count, packed.length];
  }
  return { bytes, titles: fits };
}

function pack(state: ViewerState, ownerTag: string): Uint8Array<ArrayBuffer> {
  const out = createBitWriter();
  out.bits(FORMAT, 8);
  for (let at = 0; at < OWNER_BYTES; at += 1) out.bits(parseInt(ownerTag.slice(2 * at, 2 * at + 2), 16), 8);
  out.bits(state.writtenMs / 1000, 32);
  out.signed((state.valuesMs - state.writtenMs) / 1000);
  out.bits(state.foldedMs / 1000, 32);
  writeSignals(out, state.signals);
  out.number(Math.min(MAX_PLAYS, Math.round(state.plays * 4)));
  writeTitles(out, state.titles);
  writeRecent(out, state);
  writeHidden(out, state);
  return out.done();
}

/** Reading is synchronous, so that one room is enough. */
const room = new Uint8Array(MAX_VIEWER_STATE_BYTES + PADDING_BYTES);

/** Undefined for what is no viewer state. It never throws, and its work is bounded by the bytes. */
export function readViewerState(
  bytes: Uint8Array,
): { readonly ownerTag: string; readonly state: ViewerState } | undefined {
  if (bytes.length < HEAD_BYTES || bytes.length > MAX_VIEWER_STATE_BYTES || bytes[0] !== FORMAT)
    return undefined;
  const input = new BitReader(bytes, HEAD_BYTES, room);
  const writtenMs = input.bits(32) * 1000;
  const valuesMs = writtenMs + input.signed() * 1000;
  if (Math.abs(valuesMs - writtenMs) > MAX_VALUES_MS) return undefined;
  const foldedMs = input.bits(32) * 1000;
  const signals = readSignals(input);
  const plays = input.number() / 4;
  const titles = readTitles(input);
  const recent = titles === undefined ? undefined : readRecent(input, titles, writtenMs);
  const hidden = readHidden(input);
  if (signals === undefined || titles === undefined || recent === undefined || hidden === undefined)
    return undefined;
  if (!input.isDone()) return undefined;
  return {
    ownerTag: ownerTagOf(bytes),
    state: { writtenMs, foldedMs, valuesMs, signals, plays, titles, recent, ...hidden },
  };
}

function ownerTagOf(bytes: Uint8Array): string {
  return bytes.subarray(1, HEAD_BYTES).toHex();
}

/** As cookie and header carry it. */
export function viewerStateText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Undefined for what is no base64url, or longer than a state may be. */
export function viewerStateBytes(text: string): Uint8Array | undefined {
  if (text.length > Math.ceil((MAX_VIEWER_STATE_BYTES * 4) / 3)) return undefined;
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return undefined;
  }
}

function writeSignals(out: BitWriter, { affinity, recency, depth }: ProfileSignals): void {
  const letters = affinity === NONE || !isWritable(affinity) ? "" : affinity;
  out.bits(letters.length, 6);
  for (let at = 0; at < letters.length; at += 1) out.bits(AFFINITY_LETTERS.indexOf(letters[at]!), 6);
  out.bits(RECENCIES.indexOf(recency), 2);
  out.bits(DEPTHS.indexOf(depth), 2);
}

function isWritable(affinity: string): boolean {
  if (affinity.length > MAX_AFFINITY) return false;
  for (let at = 0; at < affinity.length; at += 1) if (!AFFINITY_LETTERS.includes(affinity[at]!)) return false;
  return true;
}

function readSignals(input: BitReader): ProfileSignals | undefined {
  const length = input.bits(6);
  if (length > MAX_AFFINITY) return undefined;
  let affinity = "";
  for (let at = 0; at < length; at += 1) {
    const letter = AFFINITY_LETTERS[input.bits(6)];
    if (letter === undefined) return undefined;
    affinity += letter;
  }
  const recency = RECENCIES[input.bits(2)];
  const depth = DEPTHS[input.bits(2)];
  if (recency === undefined || depth === undefined || affinity === NONE) return undefined;
  return { affinity: length === 0 ? NONE : affinity, recency, depth };
}
