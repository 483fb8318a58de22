/**
 * The texts of a catalogue pack: whether a page may be composed of them, and which item each of them is.
 * Pure.
 */
import { isId } from "@spillway/shared/protocol/wire.ts";
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import type { ItemTexts } from "../pages/page-item.ts";
import { refused } from "./pack-sections.ts";

/** How the JSON of an item begins, up to the value of its id (pages/page-item.ts). */
const ID_FIELD = '{"id":';
const KIND = /^[a-z0-9_-]{1,32}$/;
/** An item of a catalogue has at most some kilobytes. */
const MAX_TEXT_BYTES = 65_536;

/** A pack whose texts have been checked. */
export type KnownTexts = {
  readonly texts: ItemTexts;
  readonly rowOf: (seq: number) => number | undefined;
};

/** Every text is an item as pages show it, or empty. */
export function checkTexts(
  texts: ItemTexts,
  itemSeqs: Uint32Array,
  before: KnownTexts | undefined,
): Checked<true> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (let row = 0; row < itemSeqs.length; row += 1) {
    const old = before?.rowOf(itemSeqs[row]!);
    if (old !== undefined && isSameText(texts, row, before!.texts, old)) continue;
    const [from, to] = [texts.starts[row]!, texts.starts[row + 1]!];
    if (from === to) continue;
    if (to - from > MAX_TEXT_BYTES || !isItem(texts.bytes.subarray(from, to), decoder))
      return refused("is no item as pages show it", `texts[${row}]`);
  }
  return { ok: true, value: true };
}

function isSameText(a: ItemTexts, rowOfA: number, b: ItemTexts, rowOfB: number): boolean {
  const [from, to, other] = [a.starts[rowOfA]!, a.starts[rowOfA + 1]!, b.starts[rowOfB]!];
  if (to - from !== b.starts[rowOfB + 1]! - other) return false;
  for (let at = from; at < to; at += 1) if (a.bytes[at] !== b.bytes[other + at - from]) return false;
  return true;
}

function isItem(bytes: Uint8Array, decoder: TextDecoder): boolean {
  let text: string;
  let item: unknown;
  try {
    text = decoder.decode(bytes);
    item = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof item !== "object" || item === null) return false;
  const { id, title, kind } = item as Record<"id" | "title" | "kind", unknown>;
  return (
    typeof id === "string" &&
    isId(id) &&
    typeof title === "string" &&
    title.length > 0 &&
    title.length <= 1000 &&
    typeof kind === "string" &&
    KIND.test(kind) &&
    text.startsWith(`${ID_FIELD}${JSON.stringify(id)},`)
  );
}

export type ItemIds = { readonly rowOf: (id: string) => number | undefined; readonly bytes: number };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** The table is at most half full, where chance needs some dozens of steps at most. */
const MOST_STEPS = 512;

/**
 * A hash table over the ids in the texts, in numbers: a Map of strings would take as much memory as the
 * texts. Undefined where two rows have the same id, or where ids were chosen to fall on the same place.
 */
export function indexIds({ starts, bytes }: ItemTexts): ItemIds | undefined {
  const encoder = new TextEncoder();
  const rows = starts.length - 1;
  const places = 2 ** Math.ceil(Math.log2(2 * rows + 2));
  /** Row + 1; 0: free. */
  const table = new Uint32Array(places);
  /** The id in JSON, quotes included, begins at `from`. */
  const isAt = (row: number, id: Uint8Array, from: number, to: number): boolean => {
    const start = starts[row]! + ID_FIELD.length;
    for (let at = from; at < to; at += 1) if (bytes[start + at - from] !== id[at]) return false;
    return true;
  };
  /** The place of the id, or the free one where it belongs; undefined where it is too far to look. */
  const placeOf = (id: Uint8Array, from: number, to: number): number | undefined => {
    const first = hashOf(id, from, to);
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const place = (first + step) & (places - 1);
      if (table[place] === 0 || isAt(table[place]! - 1, id, from, to)) return place;
    }
    return undefined;
  };
  for (let row = 0; row < rows; row += 1) {
    if (starts[row] === starts[row + 1]) continue;
    const from = starts[row]! + ID_FIELD.length;
    const place = placeOf(bytes, from, endOfString(bytes, from));
    if (place === undefined || table[place] !== 0) return undefined;
    table[place] = row + 1;
  }
  return {
    rowOf: (id) => {
      const json = encoder.encode(JSON.stringify(id));
      const place = placeOf(json, 0, json.length);
      const found = place === undefined ? 0 : table[place]!;
      return found === 0 ? undefined : found - 1;
    },
    bytes: table.byteLength,
  };
}

/** The end of the JSON string that begins at `from`, after its closing quote. The texts have been checked. */
function endOfString(bytes: Uint8Array, from: number): number {
  let at = from + 1;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at + 1;
}

/** FNV-1a of 32 bits, with a last mixing (MurmurHash3) since only the low bits are used. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
