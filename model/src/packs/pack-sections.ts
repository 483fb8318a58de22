/**
 * The form that packs share: a head in JSON, then arrays of numbers, each on a boundary of 8 bytes, so that
 * they are used where they stand and nothing is copied. Pure.
 */
import type { Checked } from "@spillway/shared/protocol/zod-issues.ts";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";

const ARRAYS = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f32: Float32Array,
  f64: Float64Array,
} as const;

type ArrayOf = {
  readonly u8: Uint8Array;
  readonly i8: Int8Array;
  readonly u16: Uint16Array;
  readonly u32: Uint32Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
};

export type SectionKind = keyof ArrayOf;
export type SectionArray<Kind extends SectionKind = SectionKind> = ArrayOf[Kind];

/** The name of each section, in the order of the bytes, with the kinds that it may have. */
export type SectionForms = Readonly<Record<string, readonly SectionKind[]>>;

export type Sections<Forms extends SectionForms> = {
  readonly [Name in keyof Forms]: SectionArray<Forms[Name][number]>;
};

export type PackHead = Readonly<Record<string, unknown>>;

const START_BYTES = 8;
const BOUNDARY_BYTES = 8;

/** `magic` names the kind of pack and the version of its form. Little endian, as all that we run on. */
export function writePack<Forms extends SectionForms>(
  magic: number,
  head: PackHead,
  forms: Forms,
  sections: Sections<Forms>,
): Uint8Array<ArrayBuffer> {
  const arrays: readonly SectionArray[] = Object.keys(forms).map((name) => sections[name]!);
  const listed = arrays.map((array) => [kindOf(array), array.length]);
  const json = new TextEncoder().encode(JSON.stringify({ ...head, sections: listed }));
  const sizes = arrays.map(({ byteLength }) => padded(byteLength));
  const size = padded(START_BYTES + json.length) + sizes.reduce((sum, bytes) => sum + bytes, 0);
  const pack = new Uint8Array(size);
  new Uint32Array(pack.buffer, 0, 2).set([magic, json.length]);
  pack.set(json, START_BYTES);
  let at = padded(START_BYTES + json.length);
  arrays.forEach(({ buffer, byteOffset, byteLength }, place) => {
    pack.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += sizes[place]!;
  });
  return pack;
}

/**
 * The arrays stand on the bytes themselves. It checks that every section is there, whole, and that nothing
 * else is; what the numbers mean is checked by whoever asks. Its cost is that of parsing the head.
 */
export function readPack<Forms extends SectionForms>(
  magic: number,
  forms: Forms,
  given: Uint8Array,
): Checked<{ readonly head: PackHead; readonly sections: Sections<Forms> }> {
  const bytes = given.byteOffset % BOUNDARY_BYTES === 0 ? given : given.slice();
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteLength < START_BYTES) return refused("is too short");
  const [found, headBytes = 0] = new Uint32Array(buffer, byteOffset, 2);
  if (found !== magic) return refused("is no pack of this kind and version");
  if (headBytes > byteLength - START_BYTES) return refused("has no whole head");
  const head = parseHead(bytes.subarray(START_BYTES, START_BYTES + headBytes));
  if (!head.ok) return head;
  const names = Object.keys(forms);
  const listed = head.value["sections"];
  if (!Array.isArray(listed) || listed.length !== names.length) return refused("must list its sections");
  const sections: Record<string, SectionArray> = {};
  let at = padded(START_BYTES + headBytes);
  for (const [place, name] of names.entries()) {
    const [kind, length] = Array.isArray(listed[place]) ? (listed[place] as unknown[]) : [];
    const known = forms[name]!.find((form) => form === kind);
    if (known === undefined || !isCount(length)) return refused(`must say kind and length of ${name}`);
    const size = ARRAYS[known].BYTES_PER_ELEMENT * length;
    if (at + padded(size) > byteLength) return refused(`is cut off in ${name}`);
    sections[name] = new ARRAYS[known](buffer as ArrayBuffer, byteOffset + at, length);
    at += padded(size);
  }
  if (at !== byteLength) return refused("has bytes that belong to no section");
  return { ok: true, value: { head: head.value, sections: sections as Sections<Forms> } };
}

export function refused(reason: string, key = ""): Checked<never> {
  return { ok: false, issues: [{ key, reason }] };
}

function parseHead(bytes: Uint8Array): Checked<PackHead> {
  try {
    const head: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    if (typeof head === "object" && head !== null) return { ok: true, value: head as PackHead };
    return refused("has a head that is no object");
  } catch (error) {
    return refused(`has a head that is not JSON in UTF-8: ${reasonOf(error).slice(0, 60)}`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BOUNDARY_BYTES) * BOUNDARY_BYTES;
}

function kindOf(array: SectionArray): SectionKind {
  const kinds = Object.keys(ARRAYS) as SectionKind[];
  return kinds.find((kind) => array instanceof ARRAYS[kind])!;
}

/** Whether `starts` cuts `total` into one part for each of `rows`: from 0, never falling, to the end. */
export function areStarts(starts: Uint32Array, rows: number, total: number): boolean {
  if (starts.length !== rows + 1 || starts[0] !== 0 || starts[rows] !== total) return false;
  for (let row = 0; row < rows; row += 1) if (starts[row]! > starts[row + 1]!) return false;
  return true;
}

export function areAscending(values: Uint32Array): boolean {
  for (let at = 1; at < values.length; at += 1) if (values[at - 1]! >= values[at]!) return false;
  return true;
}

/** Whether every value is below `limit`. */
export function areBelow(values: Uint8Array | Uint16Array | Uint32Array, limit: number): boolean {
  for (let at = 0; at < values.length; at += 1) if (values[at]! >= limit) return false;
  return true;
}
