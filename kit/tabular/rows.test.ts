import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import type { Row } from "./row-file.ts";
import { formatOf, readRows } from "./rows.ts";

async function read(name: string, content: Uint8Array): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "spillway-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, content);
  const file = {
    path,
    columns: ["a"],
    required: [["a"]],
    ignored: new Set<string>(),
    onBytes: () => undefined,
  };
  return (await Array.fromAsync(readRows(file))).flat();
}

const CSV = Buffer.from("a\n1\n");
const JSONL = Buffer.from('{"a":"1"}\n');

test.each([
  ["plain.csv", CSV],
  ["PLAIN.CSV", CSV],
  ["packed.csv.gz", gzipSync(CSV)],
  ["PACKED.CSV.GZ", gzipSync(CSV)],
  ["Packed.Csv.Gz", gzipSync(CSV)],
  ["members.csv.gz", Buffer.concat([gzipSync(CSV.subarray(0, 2)), gzipSync(CSV.subarray(2))])],
  ["packed.csv.zst", zstdCompressSync(CSV)],
  ["packed.CSV.ZST", zstdCompressSync(CSV)],
  ["packed.jsonl.zst", zstdCompressSync(JSONL)],
  ["packed.ndjson.gz", gzipSync(JSONL)],
  // The name says nothing of it, or something else.
  ["packed.csv", gzipSync(CSV)],
  ["packed.csv.gz", zstdCompressSync(CSV)],
  ["plain.csv.gz", CSV],
])("reads %s", async (name, content) => {
  expect(await read(name, content)).toMatchObject([{ ok: true, values: { a: "1" } }]);
});

test.each([
  ["a.csv", "csv"],
  ["a.JSONL.Zst", "jsonl"],
  ["a.csv.bz2", undefined],
  ["a.gz", undefined],
])("the format of %s is %s", (name, format) => {
  expect(formatOf(name)).toBe(format);
});

test("a packed file that breaks off says so after the rows that it has", async () => {
  const packed = zstdCompressSync(
    Buffer.from(`a\n${Array.from({ length: 200_000 }, (_, at) => at).join("\n")}\n`),
  );
  const rows = await read("broken.csv.zst", packed.subarray(0, packed.length - 20));
  expect(rows.at(-1)).toMatchObject({ ok: false, endsFile: true });
});

test("half of a character is refused with its line, wherever it stands", async () => {
  const text = String.raw`{"a":"\ud83d\ude00"}
{"a":"\ud83d"}
{"a":["\udE00"]}
{"\udc00":1,"a":"1"}
{"a":"\\ud83d"}
`;
  const rows = await read("surrogates.jsonl", Buffer.from(text));
  expect(rows.map((row) => [row.ok, row.line])).toEqual([
    [true, 1],
    [false, 2],
    [false, 3],
    [false, 4],
    [true, 5],
  ]);
});
