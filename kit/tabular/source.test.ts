import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readSourceBytes } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-source-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = Buffer.from(Array.from({ length: 30_000 }, (_, at) => `line ${Math.sin(at)}\n`).join(""));
const [GZIP, ZSTD] = [gzipSync(TEXT), zstdCompressSync(TEXT)];

async function read(name: string, content: Buffer): Promise<Buffer> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const chunks: Buffer[] = [];
  for await (const chunk of readSourceBytes(path, () => undefined)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test.each<[string, Buffer, Buffer]>([
  ["plain.log", TEXT, TEXT],
  ["packed.log.gz", GZIP, TEXT],
  ["packed.log.zst", ZSTD, TEXT],
  ["no name for it", ZSTD, TEXT],
  ["unpacked on the way.gz", TEXT, TEXT],
  ["two members.gz", Buffer.concat([GZIP, GZIP]), Buffer.concat([TEXT, TEXT])],
  ["two frames.zst", Buffer.concat([ZSTD, ZSTD]), Buffer.concat([TEXT, TEXT])],
  ["empty", Buffer.alloc(0), Buffer.alloc(0)],
  ["one byte", Buffer.from("x"), Buffer.from("x")],
])("reads %s", async (name, content, expected) => {
  expect((await read(name, content)).equals(expected)).toBe(true);
});

test.each<[string, Buffer, RegExp]>([
  ["cut.gz", GZIP.subarray(0, -1000), /unexpected end of file/],
  ["cut.zst", ZSTD.subarray(0, -1000), /unexpected end of file/],
  ["x.parquet", Buffer.from("PAR1...."), /Parquet/],
  ["x.zip", Buffer.from("PK\u0003\u0004"), /zip archive/],
  ["x.csv", Buffer.from("\uFEFFa,b", "utf16le"), /UTF-16/],
])("says what is wrong with %s", async (name, content, reason) => {
  await expect(read(name, content)).rejects.toThrow(reason);
});
