import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import type { Row } from "./row-file.ts";
import { readRows } from "./rows.ts";

const folder = mkdtempSync(join(tmpdir(), "kit-rows-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  content: string | Buffer,
  name = "rows.csv",
): Promise<{ rows: Row[]; ignored: string[] }> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const ignored = new Set<string>();
  const file = { path, columns: ["a", "b"], required: [["a"]], ignored, onBytes: () => undefined };
  const rows: Row[] = [];
  for await (const some of readRows(file)) rows.push(...some);
  return { rows, ignored: [...ignored] };
}

const good = (line: number, values: object) => ({ ok: true, line, values });
const bad = (line: number, reason: RegExp) => ({ ok: false, line, reason: expect.stringMatching(reason) });

test("gives each row's known columns by name, with the line that it starts on", async () => {
  expect(await read('\uFEFFB, A ,c\n1,2,3\n\n"x\ny",,\n"say ""hi""",ü,\n')).toEqual({
    rows: [good(2, { b: "1", a: "2" }), good(4, { b: "x\ny" }), good(6, { b: 'say "hi"', a: "ü" })],
    ignored: ["c"],
  });
});

const cell = fc.string({ unit: fc.constantFrom("x", "7", " ", ",", '"', "\n", "ü", "😀"), maxLength: 12 });
const quoted = (text: string, always: boolean): string =>
  always || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

test("reads back whatever is written, whatever ends a line, plain or gzipped", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell, fc.boolean()), { maxLength: 30 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.boolean(),
      async (cells, end, packed) => {
        const text = [
          "a,b",
          ...cells.map(([a, b, always]) => `${quoted(a || "-", always)},${quoted(b, always)}`),
        ]
          .map((row) => row.replaceAll("\n", end) + end)
          .join("");
        const { rows } = await read(packed ? gzipSync(text) : text);
        expect(rows).toEqual(
          cells.map(([a, b]) =>
            expect.objectContaining({ ok: true, values: { a: a || "-", ...(b !== "" && { b }) } }),
          ),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ["ASCII", "x"],
  ["other letters", "ü😀"],
  ["quoted line breaks", '"x\n"'],
])("rows of %s lie across chunks", async (_, b) => {
  const count = 60_000;
  const { rows } = await read(
    `a,b\r\n${Array.from({ length: count }, (_row, at) => `${at},${b}\r\n`).join("")}`,
  );
  expect(rows).toHaveLength(count);
  expect(rows.every((row, at) => row.ok && row.values["a"] === String(at))).toBe(true);
  expect(rows.at(-1)).toMatchObject({ values: { b: b.replaceAll('"', "") } });
});

test.each<[string, string | Buffer, unknown[]]>([
  ["an empty file", "", [bad(1, /the file is empty; it must start with a header row/)]],
  [
    "a header without what is needed",
    "b,c\n1,2\n",
    [{ ...bad(1, /no column a; it has: b, c/), endsFile: true }],
  ],
  ["a column twice", "a,A\n1,2\n", [{ ...bad(1, /the column a twice/), endsFile: true }]],
  [
    "too many columns",
    "a,b\n1\n1,2\n",
    [bad(2, /has 1 columns where the header row has 2/), good(3, { a: "1", b: "2" })],
  ],
  ["a quote in the middle", 'a,b\nx"y,1\n', [bad(2, /Invalid Opening Quote/)]],
  ["text after a quoted cell", 'a,b\n"x"y,1\n', [bad(2, /column 1: has text after its closing quote/)]],
  [
    "a quote that is never closed",
    'a,b\n1,"2\n3,4\n',
    [bad(2, /a quote is opened here/), good(3, { a: "3", b: "4" })],
  ],
  [
    "a row without end",
    `a,b\n1,"${"2".repeat(3_000_000)}\n3,4\n`,
    [bad(2, /more than 1048576 bytes/), good(3, { a: "3", b: "4" })],
  ],
  [
    "letters of another encoding",
    Buffer.from("a,b\nü,1\n", "latin1"),
    [{ ...bad(1, /cannot be read on from here/), endsFile: true }],
  ],
])("tells what is wrong with %s, and goes on with the next line", async (_, content, expected) => {
  expect((await read(content)).rows).toEqual(expected);
});

test("a file that is gzipped is read whatever its name", async () => {
  expect((await read(gzipSync("a\n1\n"), "packed.csv")).rows).toEqual([good(2, { a: "1" })]);
});
