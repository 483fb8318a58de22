/** Mutations of text and of bytes. The same draws give the same mutation. */
import type { Random } from "@spillway/demo/random.ts";

/** Texts that parsers have stumbled over, ours or others'. */
export const NASTY_TEXTS: readonly string[] = [
  "",
  " ",
  "null",
  "undefined",
  "[object Object]",
  "true",
  "0",
  "-0",
  "-1",
  "1e308",
  "-1e308",
  "9007199254740993",
  "NaN",
  "Infinity",
  "generic",
  "individual",
  "none",
  "*",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "../../etc/passwd",
  "a".repeat(65),
  "a".repeat(300),
  "é".repeat(129),
  "x".repeat(9000),
  "\u0000",
  "\r\nset-cookie: x=1",
  '"; drop table events; --',
  '"\\',
  "<script>alert(1)</script>",
  "夏祭り-2026",
  "\ud800",
  "a\udfffb",
  "\u202e\u200d",
  "\ufeff",
  "🏳️‍🌈",
  "%",
  "%00",
  "%E0%A4%A",
  "%25%32%35",
  "&amp;",
  "?",
  "#",
  "//",
  "http://[",
  "javascript:0",
  "2026-07-10T18:00:00Z",
  "9999-12-31T23:59:59+99:99",
  "+010000-01-01T00:00:00Z",
];

export function nastyText(random: Random): string {
  return random.pick(NASTY_TEXTS);
}

export function mutateText(text: string, random: Random): string {
  const at = random.int(text.length + 1);
  const length = random.int(Math.max(1, Math.min(40, text.length - at)));
  switch (random.int(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + random.int(4)) + text.slice(at);
    case 3:
      return text.slice(0, at) + nastyText(random) + text.slice(at);
    case 4:
      return nastyText(random);
    case 5:
      return text.slice(0, at) + String.fromCharCode(random.int(0x10000)) + text.slice(at + 1);
    case 6:
      return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
    default:
      return text.slice(0, at) + String.fromCharCode(random.int(128)) + text.slice(at + 1);
  }
}

/**
 * What may stand in JSON's text and in no value: numbers beyond all bounds, doubled keys, half a document.
 */
export function mutateJsonText(json: string, random: Random): string {
  const number = random.pick([
    "1e999",
    "-1e999",
    "1e-400",
    "-0",
    "0.1e1",
    "01",
    "9".repeat(400),
    "[]",
    '"1"',
  ]);
  const numbers = [...json.matchAll(/-?\d+(?:\.\d+)?/g)];
  switch (random.int(5)) {
    case 0: {
      const chosen = numbers.length === 0 ? undefined : random.pick(numbers);
      return chosen === undefined
        ? json
        : json.slice(0, chosen.index) + number + json.slice(chosen.index + chosen[0].length);
    }
    case 1: {
      const open = json.indexOf("{", random.int(json.length + 1));
      return open === -1 ? json : `${json.slice(0, open + 1)}"id":"twice","nodes":[],${json.slice(open + 1)}`;
    }
    case 2:
      return "[".repeat(random.pick([10, 1000, 50_000])) + json;
    case 3:
      return json + json;
    default:
      return mutateText(json, random);
  }
}

export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.int(bytes.length + 1);
  const length = random.int(Math.max(1, Math.min(64, bytes.length - at)));
  switch (random.int(6)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(Uint8Array.of(0xef, 0xbb, 0xbf), bytes);
    case 2: {
      const copy = bytes.slice();
      for (let flips = 1 + random.int(4); flips > 0; flips -= 1) {
        const flipped = random.int(Math.max(1, copy.length));
        copy[flipped] = (copy[flipped] ?? 0) ^ (1 << random.int(8));
      }
      return copy;
    }
    case 3:
      return joined(
        bytes.slice(0, at),
        Uint8Array.from({ length: 1 + random.int(8) }, () => random.int(256)),
        bytes.slice(at),
      );
    case 4:
      return joined(bytes.slice(0, at), bytes.slice(at + length));
    default:
      return joined(bytes.slice(0, at), bytes.slice(at, at + length), bytes.slice(at));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
