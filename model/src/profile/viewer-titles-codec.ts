/**
 * The titles of a viewer state as bits: gaps of their numbers, levels of their values, and which of them were
 * opened and not watched. Pure.
 *
 * A level is half an octave below the one before it, from the greatest value down; of more than
 * {@link FINE_TITLES} titles a whole octave. What is as low as the last level is 0.
 */
import type { BitReader, BitWriter } from "./bits.ts";
import { MAX_HISTORY } from "./history.ts";
import type { ViewerTitles } from "./viewer-state.ts";

type Levels = { readonly stepsPerOctave: 1 | 2; readonly bits: number };

const NO_PLACES = new Uint32Array();
const FINE_TITLES = 500;
const FINE_LEVELS: Levels = { stepsPerOctave: 2, bits: 4 };
const COARSE_LEVELS: Levels = { stepsPerOctave: 1, bits: 3 };
/** Of the greatest value, above or below 1. */
const MOST_OCTAVES = 60;
/** Stands where all values are equal. */
const ALL_EQUAL = 7;

export function writeTitles(out: BitWriter, { items, values, watched }: ViewerTitles): void {
  out.number(items.length);
  if (items.length === 0) return;
  out.ascending(items);
  writeValues(out, values);
  const opened: number[] = [];
  for (let at = 0; at < watched.length; at += 1) if (watched[at] === 0) opened.push(at);
  out.number(opened.length);
  if (opened.length > 0) out.ascending(opened);
}

function writeValues(out: BitWriter, values: Float32Array): void {
  const { stepsPerOctave, bits } = levelsFor(values.length);
  const last = 2 ** bits - 1;
  const count = values.length;
  const words = new Uint32Array(values.buffer, values.byteOffset, count);
  const steps = new Int32Array(count);
  let top = NO_STEP;
  for (let at = 0; at < count; at += 1) {
    const step = stepOf(words[at]!, values[at]!, stepsPerOctave);
    steps[at] = step;
    if (step > top) top = step;
  }
  const most = MOST_OCTAVES * stepsPerOctave;
  out.signed(top === NO_STEP ? 0 : Math.min(most, Math.max(-most, top)));
  /** How many titles have each level. */
  const titlesAt = new Uint32Array(last + 1);
  for (let at = 0; at < count; at += 1) {
    const level = steps[at] === NO_STEP ? last : Math.min(last, top - steps[at]!);
    steps[at] = level;
    titlesAt[level]! += 1;
  }
  if (titlesAt[0] === count) return out.bits(ALL_EQUAL, 3);
  const { k, isFromBelow } = shortest(titlesAt, bits);
  out.bits(k, 3);
  out.bits(isFromBelow ? 1 : 0, 1);
  for (let at = 0; at < count; at += 1) {
    const written = isFromBelow ? last - steps[at]! : steps[at]!;
    if (k === bits) out.bits(written, bits);
    else out.rice(written, k);
  }
}

/** Of a value of 0. */
const NO_STEP = -0x8000_0000;
const MANTISSA_BITS = 23;
const MANTISSA_MASK = (1 << MANTISSA_BITS) - 1;
const EXPONENT_BIAS = 127;
/** From which mantissa on a value is nearer to the next step. */
const [QUARTER, HALF, THREE_QUARTERS] = [0.25, 0.5, 0.75].map((octaves) =>
  Math.ceil((2 ** octaves - 1) * 2 ** MANTISSA_BITS),
) as [number, number, number];

/**
 * round(log₂(value) · stepsPerOctave), by the bits of the value, since a logarithm takes ten times as long.
 */
function stepOf(word: number, value: number, stepsPerOctave: Levels["stepsPerOctave"]): number {
  const exponent = word >>> MANTISSA_BITS;
  if (exponent === 0) return value === 0 ? NO_STEP : Math.round(Math.log2(value) * stepsPerOctave);
  const mantissa = word & MANTISSA_MASK;
  const octave = exponent - EXPONENT_BIAS;
  if (stepsPerOctave === 1) return octave + (mantissa >= HALF ? 1 : 0);
  return 2 * octave + (mantissa >= QUARTER ? 1 : 0) + (mantissa >= THREE_QUARTERS ? 1 : 0);
}

/**
 * Of an old history most levels are the last one, so that counting from below takes fewer bits. With k of all
 * bits a level needs no quotient.
 */
function shortest(
  titlesAt: Uint32Array,
  bits: number,
): { readonly k: number; readonly isFromBelow: boolean } {
  const last = titlesAt.length - 1;
  let best = { k: bits, isFromBelow: false };
  let least = 0;
  for (let level = 0; level <= last; level += 1) least += titlesAt[level]! * bits;
  for (const isFromBelow of [false, true]) {
    for (let k = 0; k < bits; k += 1) {
      let length = 0;
      for (let level = 0; level <= last; level += 1)
        length += titlesAt[level]! * (((isFromBelow ? last - level : level) >>> k) + 1 + k);
      if (length >= least) continue;
      best = { k, isFromBelow };
      least = length;
    }
  }
  return best;
}

function levelsFor(titles: number): Levels {
  return titles <= FINE_TITLES ? FINE_LEVELS : COARSE_LEVELS;
}

export function readTitles(input: BitReader): ViewerTitles | undefined {
  const count = input.number();
  if (count > MAX_HISTORY) return undefined;
  if (count === 0) return { items: new Uint32Array(), values: new Float32Array(), watched: new Uint8Array() };
  const items = input.ascending(count);
  const values = items === undefined ? undefined : readValues(input, count);
  if (items === undefined || values === undefined) return undefined;
  const watched = new Uint8Array(count).fill(1);
  const opened = input.number();
  if (opened > count) return undefined;
  const places = opened === 0 ? NO_PLACES : input.ascending(opened);
  if (places === undefined) return undefined;
  for (const place of places) {
    if (place >= count) return undefined;
    watched[place] = 0;
  }
  return { items, values, watched };
}

function readValues(input: BitReader, count: number): Float32Array | undefined {
  const { stepsPerOctave, bits } = levelsFor(count);
  const last = 2 ** bits - 1;
  const top = input.signed() / stepsPerOctave;
  const k = input.bits(3);
  if (Math.abs(top) > MOST_OCTAVES || (k > bits && k !== ALL_EQUAL)) return undefined;
  if (k === ALL_EQUAL) return new Float32Array(count).fill(2 ** top);
  const isFromBelow = input.bits(1) === 1;
  const byLevel = new Float32Array(last + 1);
  for (let level = 0; level < last; level += 1) byLevel[level] = 2 ** (top - level / stepsPerOctave);
  if (isFromBelow) byLevel.reverse();
  const levels = k === bits ? input.plain(count, bits) : input.rices(count, k);
  const values = new Float32Array(count);
  for (let at = 0; at < count; at += 1) {
    const value = byLevel[levels[at]!];
    if (value === undefined) return undefined;
    values[at] = value;
  }
  return values;
}
