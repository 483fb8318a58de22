/**
 * Successive profiles as few arrays of bytes and numbers: no object nor text for a profile, since a cycle
 * reads millions of them. Pure.
 */
import { concatBytes } from "../bytes.ts";

export type PackedPage = {
  /** All histories, one after the other. */
  readonly histories: Uint8Array;
  /** The JSON of all signals in UTF-8, one after the other. */
  readonly signals: Uint8Array;
  /** {@link FACTS} numbers of each profile. */
  readonly facts: Uint32Array;
};

/** In this order: bytes of the history, bytes of the signals (0: there are none), visits, rowid. */
export const FACTS = 4;
const ROWID = 3;

export type ProfileBytes = readonly [
  rowid: number,
  history: Uint8Array,
  signals: string | null,
  visits: number,
];

export function countUsers({ facts }: PackedPage): number {
  return facts.length / FACTS;
}

export function packPage(profiles: readonly ProfileBytes[]): PackedPage {
  const utf8 = new TextEncoder();
  const signals = profiles.map(([, , json]) => utf8.encode(json ?? ""));
  return {
    histories: concatBytes(profiles.map(([, history]) => history)),
    signals: concatBytes(signals),
    facts: Uint32Array.from(
      profiles.flatMap(([rowid, { length }, , visits], at) => [length, signals[at]!.length, visits, rowid]),
    ),
  };
}

export function rowidsOf(page: PackedPage): Uint32Array {
  return Uint32Array.from({ length: countUsers(page) }, (_, at) => page.facts[at * FACTS + ROWID]!);
}

/** The profiles whose rowids are wanted. */
export function pageOf(page: PackedPage, isWanted: (rowid: number) => boolean): PackedPage {
  const [histories, signals, facts]: [Uint8Array[], Uint8Array[], number[]] = [[], [], []];
  let [history, json] = [0, 0];
  for (let at = 0; at < page.facts.length; at += FACTS) {
    const own = page.facts.subarray(at, at + FACTS);
    const [historyEnd, jsonEnd] = [history + own[0]!, json + own[1]!];
    if (isWanted(own[ROWID]!)) {
      histories.push(page.histories.subarray(history, historyEnd));
      signals.push(page.signals.subarray(json, jsonEnd));
      facts.push(...own);
    }
    [history, json] = [historyEnd, jsonEnd];
  }
  return {
    histories: concatBytes(histories),
    signals: concatBytes(signals),
    facts: Uint32Array.from(facts),
  };
}

/** Reads `facts` as SQL writes them: decimal numbers, each with one character behind it. */
export function factsIn(digits: Uint8Array, users: number): Uint32Array {
  const facts = new Uint32Array(users * FACTS);
  let at = 0;
  let number = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = digits[place]! - ZERO;
    if (digit >= 0) {
      number = 10 * number + digit;
    } else {
      facts[at++] = number;
      number = 0;
    }
  }
  return facts;
}

const ZERO = 0x30;
