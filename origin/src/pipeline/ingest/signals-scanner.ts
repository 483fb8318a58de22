/**
 * Reads signals from the bytes of their JSON, as it is stored nearly always, and finds values that are known
 * already: no text is made, which takes longer than all the rest of a profile. Pure.
 */
import { SIGNAL_NAMES, type SignalName, type Signals } from "@spillway/shared/signals/signals.ts";

export type SignalsScanner = {
  /**
   * Whether the bytes are the JSON of signals without further texts, each with a value that was learned. Then
   * `codes` has the values' codes, in the order of SIGNAL_NAMES.
   */
  readonly scan: (bytes: Uint8Array, from: number, to: number) => boolean;
  readonly codes: Uint32Array;
  /** Learns the values of valid signals: each signal is valid by itself. */
  readonly learn: (signals: Signals, codeOf: (name: SignalName, value: string) => number) => void;
};

type Known = { readonly bytes: Uint8Array; readonly code: number };

const UTF_8 = new TextEncoder();
/** What stands before each value, as JSON.stringify writes it, and behind the last. */
const BEFORE = SIGNAL_NAMES.map((name, at) => UTF_8.encode(`${at === 0 ? "{" : '",'}"${name}":"`));
const END = UTF_8.encode('"}');
const QUOTE = 0x22;

export function createSignalsScanner(): SignalsScanner {
  const codes = new Uint32Array(SIGNAL_NAMES.length);
  /** By hash. Of two values with the same hash the second stays unknown. */
  const known = SIGNAL_NAMES.map(() => new Map<number, Known>());
  const scan = (bytes: Uint8Array, from: number, to: number): boolean => {
    let at = from;
    for (let name = 0; name < SIGNAL_NAMES.length; name += 1) {
      const before = BEFORE[name]!;
      if (!standsAt(before, bytes, at, to)) return false;
      const start = at + before.length;
      const end = endOfValue(bytes, start, to);
      const value = known[name]!.get(hashOf(bytes, start, end));
      if (value?.bytes.length !== end - start || !standsAt(value.bytes, bytes, start, to)) return false;
      codes[name] = value.code;
      at = end;
    }
    return at + END.length === to && standsAt(END, bytes, at, to);
  };
  const learn: SignalsScanner["learn"] = (signals, codeOf) => {
    SIGNAL_NAMES.forEach((name, at) => {
      const bytes = UTF_8.encode(signals[name]);
      const hash = hashOf(bytes, 0, bytes.length);
      if (!known[at]!.has(hash)) known[at]!.set(hash, { bytes, code: codeOf(name, signals[name]) });
    });
  };
  return { scan, codes, learn };
}

function standsAt(wanted: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (from + wanted.length > to) return false;
  for (let at = 0; at < wanted.length; at += 1) if (bytes[from + at] !== wanted[at]) return false;
  return true;
}

function endOfValue(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== QUOTE) at += 1;
  return at;
}

/** As Java hashes texts; in 30 bits, which is a small integer to every engine. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + bytes[at]!) | 0;
  return hash & 0x3fff_ffff;
}
