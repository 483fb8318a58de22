/** A file, plain or gzipped, as bytes or as checked UTF-8 text, in chunks. */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { Readable, pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = 0x1f8b;

/**
 * Every line ends in "\n". `onBytes` is told how much of the file has been read. Throws when it cannot be
 * read, unpacked or is not UTF-8.
 */
export async function* readSourceText(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  // A "\r" at the end of a chunk: half a line ending, perhaps.
  let held = "";
  for await (const chunk of readSourceBytes(path, onBytes)) {
    const text = held + decoder.decode(chunk, { stream: true });
    held = text.endsWith("\r") ? "\r" : "";
    yield unixLines(text.slice(0, text.length - held.length));
  }
  yield unixLines(held + decoder.decode());
}

function unixLines(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
}

/** Unpacked, in chunks. Throws when the file cannot be read or unpacked. */
export function readSourceBytes(path: string, onBytes: (bytes: number) => void): AsyncIterable<Buffer> {
  const packed = Readable.from(countedBytes(path, onBytes));
  if (!isGzipped(path)) return packed;
  // An error of either part reaches whoever reads the last one.
  return pipeline(packed, createGunzip({ chunkSize: CHUNK_BYTES }), () => undefined);
}

/** The name tells, or the first two bytes, because no text begins with those. */
function isGzipped(path: string): boolean {
  if (path.endsWith(".gz")) return true;
  const file = openSync(path, "r");
  try {
    const first = Buffer.alloc(2);
    return readSync(file, first) === 2 && first.readUInt16BE() === GZIP_MAGIC;
  } finally {
    closeSync(file);
  }
}

async function* countedBytes(
  path: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer, void, undefined> {
  let bytes = 0;
  const file: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const chunk of file) {
    bytes += chunk.length;
    onBytes(bytes);
    yield chunk;
  }
}
