/** A file or standard input, plain or packed, as bytes or as checked UTF-8 text, in chunks. */
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable, pipeline, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** The name of standard input among paths, as on most command lines. */
export const STDIN = "-";

/** A path, {@link STDIN}, or what was already unpacked. */
export type Source = string | AsyncIterable<Uint8Array>;

const CHUNK_BYTES = 256 * 1024;

type Packing = { readonly magic: readonly number[]; readonly unpack: (() => Transform) | string };

/**
 * First bytes of packed files. No text begins with them, so they tell more than a name, which servers that
 * unpack on the way leave as it was.
 */
const PACKINGS: readonly Packing[] = [
  // RFC 1952; files may hold several members, as `cat a.gz b.gz` makes them.
  { magic: [0x1f, 0x8b], unpack: () => createGunzip({ chunkSize: CHUNK_BYTES }) },
  // RFC 8878
  { magic: [0x28, 0xb5, 0x2f, 0xfd], unpack: () => createZstdDecompress({ chunkSize: CHUNK_BYTES }) },
  { magic: [0x50, 0x4b, 0x03, 0x04], unpack: "is a zip archive: unpack it first" },
  { magic: [0x42, 0x5a, 0x68, 0x39], unpack: "is packed with bzip2, which is not read: unpack it first" },
  { magic: [0xfd, 0x37, 0x7a, 0x58], unpack: "is packed with xz, which is not read: unpack it first" },
  { magic: [0x50, 0x41, 0x52, 0x31], unpack: "is Parquet, which is not read: export it as text or JSON" },
  { magic: [0xff, 0xfe], unpack: "is UTF-16 text: convert it to UTF-8 first" },
  { magic: [0xfe, 0xff], unpack: "is UTF-16 text: convert it to UTF-8 first" },
];
const MAGIC_BYTES = 4;

function packingOf(first: Uint8Array): Packing | undefined {
  return PACKINGS.find(({ magic }) => magic.every((byte, at) => first[at] === byte));
}

/**
 * Returns the last `bytes` of a file, unpacked. A packed file is unpacked whole for it. Throws when it cannot
 * be read.
 */
export async function readTail(path: string, bytes: number): Promise<Buffer> {
  await using file = await open(path);
  const first = Buffer.alloc(MAGIC_BYTES);
  await file.read(first, 0, MAGIC_BYTES, 0);
  if (packingOf(first) === undefined) {
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(bytes, size));
    await file.read(tail, 0, tail.length, size - tail.length);
    return tail;
  }
  let tail: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of readSourceBytes(path, () => undefined)) {
      tail = chunk.length >= bytes ? chunk : Buffer.concat([tail.subarray(-(bytes - chunk.length)), chunk]);
    }
  } catch (error) {
    // Of an upload that broke off, the last bytes that can be unpacked are the end.
    if (tail.length === 0) throw error;
  }
  return tail.subarray(-bytes);
}

/**
 * Every line ends in "\n". `onBytes` is told how much of the file has been read. Throws when it cannot be
 * read, unpacked or is not UTF-8; `isLenient` puts U+FFFD where it is not.
 */
export async function* readSourceText(
  source: Source,
  onBytes: (bytes: number) => void,
  isLenient = false,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: !isLenient });
  // A "\r" at the end of a chunk: half a line ending, perhaps.
  let held = "";
  for await (const chunk of sourceBytes(source, onBytes)) {
    const text = held + decoder.decode(chunk, { stream: true });
    held = text.endsWith("\r") ? "\r" : "";
    yield unixLines(text.slice(0, text.length - held.length));
  }
  yield unixLines(held + decoder.decode());
}

function unixLines(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
}

/** Unpacked, in chunks, or as it is where it was already unpacked. */
export function sourceBytes(source: Source, onBytes: (bytes: number) => void): AsyncIterable<Uint8Array> {
  return typeof source === "string" ? readSourceBytes(source, onBytes) : source;
}

/** Unpacked, in chunks. Throws when the file cannot be read or unpacked. */
export async function* readSourceBytes(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const packed = countedBytes(path, onBytes);
  const head: Buffer[] = [];
  let headBytes = 0;
  while (headBytes < MAGIC_BYTES) {
    const next = await packed.next();
    if (next.done === true) break;
    head.push(next.value);
    headBytes += next.value.length;
  }
  const first = Buffer.concat(head);
  const packing = packingOf(first);
  if (typeof packing?.unpack === "string") throw new Error(packing.unpack);
  if (packing === undefined) {
    if (first.length > 0) yield first;
    yield* packed;
    return;
  }
  const whole = Readable.from(joined(first, packed), { objectMode: false });
  // An error of either part reaches whoever reads the last one.
  const text: AsyncIterable<Buffer> = pipeline(whole, packing.unpack(), () => undefined);
  yield* text;
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield first;
  yield* rest;
}

async function* countedBytes(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  const file: AsyncIterable<Buffer> =
    path === STDIN ? process.stdin : createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of file) {
    bytes += chunk.length;
    onBytes(bytes);
    yield chunk;
  }
}
