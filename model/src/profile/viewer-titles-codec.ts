/**
 * The titles of a viewer state as bits: gaps of their numbers, levels of their values, and which of them were
 * opened and not watched. Pure.
 *
 * A level is half an octave below the one before it, from the greatest value down; of more than
 * {@link FINE_TITLES} titles a whole octave. What is as low as the last level is 0.
 */
import { bestRice, riceBitsOf, type BitReader, type BitWriter } from "./bits.ts";
import { MAX_HISTORY } from "./history.ts";
import type { ViewerTitles } from "./viewer-state.ts";

const NO_PLACES = new Uint32Array();
const FINE_TITLES = 500;
const FINE_LEVELS = { stepsPerOctave: 2, bits: 4 };
const COARSE_LEVELS = { stepsPerOctave: 1, bits: 3 };
/** Of the greatest value, above or below 1. */
const MOST_OCTAVES = 60;
/** Stands where all values are equal. */
const ALL_EQUAL = 7;

export function writeTitles(out: BitWriter, { items, values, watched }: ViewerTitles): void {
  out.number(items.length);
  if (items.length === 0) return;
  out.ascending(items);
  writeValues(out, values);
  const opened = [...watched.keys()].filter((at) => watched[at] === 0);
  out.number(opened.length);
  if (opened.length > 0) out.ascending(opened);
}

function writeValues(out: BitWriter, values: Float32Array): void {
  const { stepsPerOctave, bits } = levelsFor(values.length);
  const last = 2 ** bits - 1;
  const steps = Array.from(values, (value) => Math.round(Math.log2(value) * stepsPerOctave));
  const top = Math.max(...steps);
  const most = MOST_OCTAVES * stepsPerOctave;
  out.signed(Number.isFinite(top) ? Math.min(most, Math.max(-most, top)) : 0);
  const levels = steps.map((step) => (Number.isFinite(step) ? Math.min(last, top - step) : last));
  if (levels.every((level) => level === 0)) return out.bits(ALL_EQUAL, 3);
  // Of an old history most levels are the last one, so that counting from below takes fewer bits.
  const fromBelow = levels.map((level) => last - level);
  const isFromBelow = bitsOf(fromBelow, bits) < bitsOf(levels, bits);
  const written = isFromBelow ? fromBelow : levels;
  const k = bestRice(written, bits - 1);
  const isPlain = riceBitsOf(written, k) >= written.length * bits;
  out.bits(isPlain ? bits : k, 3);
  out.bits(isFromBelow ? 1 : 0, 1);
  for (const level of written) {
    if (isPlain) out.bits(level, bits);
    else out.rice(level, k);
  }
}

function bitsOf(levels: readonly number[], bits: number): number {
  return Math.min(levels.length * bits, riceBitsOf(levels, bestRice(levels, bits - 1)));
}

function levelsFor(titles: number): { readonly stepsPerOctave: number; readonly bits: number } {
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
