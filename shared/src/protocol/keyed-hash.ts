/**
 * BLAKE2s (RFC 7693) of short texts under one key: 8 bytes, as 16 hexadecimal digits. The edge hashes the ids
 * of all its visitors. What the library spends most of its time on is done once here: the key's block is
 * compressed for all texts, and nothing is allocated for one.
 */
import { blake2s } from "@noble/hashes/blake2.js";

const HASH_BYTES = 8;
const BLOCK_BYTES = 64;

const IV = Int32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
/** Ten rounds, each of which takes the 16 words of the message in an order of its own. */
const SIGMA = Uint8Array.from(
  [
    "0123456789abcdef",
    "ea489fd61c02b753",
    "b8c052fdae367194",
    "7931dcbe265a40f8",
    "905724afe1bc683d",
    "2c6a0b834d75fe19",
    "c51fed4a0763928b",
    "db7ec13950f4862a",
    "6fe9b308c2d714a5",
    "a2847615fb9e3cd0",
  ].join(""),
  (digit) => Number.parseInt(digit, 16),
);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

/** `key` has at most 32 bytes. */
export function createKeyedHash(key: Uint8Array): (text: string) => string {
  const message = new Int32Array(16);
  const keyed = new Int32Array(IV);
  mix(keyed, 0, HASH_BYTES | (key.length << 8) | 0x01010000);
  key.forEach((byte, at) => mix(message, at >> 2, byte << (8 * (at & 3))));
  compress(keyed, message, BLOCK_BYTES, false);

  const state = new Int32Array(8);
  return (text) => {
    // What fills more than one block, and what is no ASCII, is rare.
    if (text === "" || text.length > BLOCK_BYTES || !readAscii(text, message))
      return blake2s(encoder.encode(text), { key, dkLen: HASH_BYTES }).toHex();
    state.set(keyed);
    compress(state, message, BLOCK_BYTES + text.length, true);
    return hexOf(state[0] ?? 0) + hexOf(state[1] ?? 0);
  };
}

/** False where the text is no ASCII. */
function readAscii(text: string, message: Int32Array): boolean {
  message.fill(0);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return false;
    mix(message, at >> 2, code << (8 * (at & 3)));
  }
  return true;
}

function mix(words: Int32Array, at: number, bits: number): void {
  words[at] = (words[at] ?? 0) ^ bits;
}

/** The bytes of a word, the least significant one first. */
function hexOf(word: number): string {
  return `${HEX[word & 255]}${HEX[(word >>> 8) & 255]}${HEX[(word >>> 16) & 255]}${HEX[word >>> 24]}`;
}

const work = new Int32Array(16);

/** RFC 7693 §3.2, for messages of less than 2³¹ bytes. */
function compress(state: Int32Array, message: Int32Array, bytesSoFar: number, isLast: boolean): void {
  work.set(state);
  work.set(IV, 8);
  mix(work, 12, bytesSoFar);
  if (isLast) mix(work, 14, -1);
  for (let round = 0; round < SIGMA.length; round += 16) {
    step(message, round, 0, 4, 8, 12);
    step(message, round + 2, 1, 5, 9, 13);
    step(message, round + 4, 2, 6, 10, 14);
    step(message, round + 6, 3, 7, 11, 15);
    step(message, round + 8, 0, 5, 10, 15);
    step(message, round + 10, 1, 6, 11, 12);
    step(message, round + 12, 2, 7, 8, 13);
    step(message, round + 14, 3, 4, 9, 14);
  }
  for (let at = 0; at < 8; at += 1) mix(state, at, (work[at] ?? 0) ^ (work[at + 8] ?? 0));
}

/** The mixing function G, RFC 7693 §3.1. */
function step(message: Int32Array, sigma: number, a: number, b: number, c: number, d: number): void {
  let one = work[a] as number;
  let two = work[b] as number;
  let three = work[c] as number;
  let four = work[d] as number;
  one = (one + two + (message[SIGMA[sigma] as number] as number)) | 0;
  four ^= one;
  four = (four >>> 16) | (four << 16);
  three = (three + four) | 0;
  two ^= three;
  two = (two >>> 12) | (two << 20);
  one = (one + two + (message[SIGMA[sigma + 1] as number] as number)) | 0;
  four ^= one;
  four = (four >>> 8) | (four << 24);
  three = (three + four) | 0;
  two ^= three;
  two = (two >>> 7) | (two << 25);
  work[a] = one;
  work[b] = two;
  work[c] = three;
  work[d] = four;
}
