import { describe, expect, test } from "vitest";
import { seededRandom } from "@spillway/shared/seeded-random.ts";
import { LOG_LINES } from "../../test/log-lines.ts";
import { detectFormat } from "./detect-format.ts";
import { formatNamed, FORMATS, type LogFormat } from "./formats.ts";
import { jsonPart } from "./json-lines.ts";
import type { ParsedLine } from "./log-request.ts";

function parse(format: LogFormat | undefined, line: string, header = ""): ParsedLine | undefined {
  const parser = format?.createParser();
  for (const before of header === "" ? [] : header.split("\n")) expect(parser?.(before).kind).toBe("skipped");
  return parser?.(line);
}

describe.each(LOG_LINES)("a line of $name", ({ format, line, header, expected }) => {
  test("has the right values", () => {
    const parsed = parse(formatNamed(format), line, header);
    const {
      object: _,
      referrer,
      status,
      ...request
    } = {
      object: undefined,
      referrer: undefined,
      status: undefined,
      ...parsed,
    };
    expect(request).toEqual({ kind: "request", ...expected });
    expect(line).toContain(status === undefined ? "" : String(status));
    // What is taken for a referrer stands in the line, perhaps escaped.
    expect(decodeURIComponent(line).replaceAll(/\\+(?:x22|")|""/g, '"')).toContain(referrer ?? "");
  });

  test("tells its format", () => {
    const head = [header, line].filter((text) => text !== undefined).join("\n");
    expect(detectFormat(head, "access.log")).toMatchObject({ ok: true, format: { name: format } });
  });

  test("is bad, and never thrown on, wherever it is cut", () => {
    for (const each of FORMATS) {
      for (let length = 0; length < line.length; length += 7) {
        expect(() => parse(each, line.slice(0, length))).not.toThrow();
        expect(() => parse(each, line.slice(length))).not.toThrow();
      }
    }
  });
});

test("tells the status in each format that has one", () => {
  const withStatus = LOG_LINES.filter(({ format, line, header }) => {
    const parsed = parse(formatNamed(format), line, header);
    return parsed?.kind === "request" && parsed.status !== undefined;
  });
  const formats = new Set(withStatus.map(({ format }) => format));
  expect(FORMATS.map(({ name }) => name).filter((name) => !formats.has(name))).toEqual([]);
});

test("no mutation of a line throws", () => {
  const draw = seededRandom(18);
  const parsers = FORMATS.map((format) => format.createParser());
  for (let turn = 0; turn < 5000; turn += 1) {
    let line = LOG_LINES[Math.floor(draw() * LOG_LINES.length)]?.line ?? "";
    for (let change = 0; change < 3; change += 1) {
      const at = Math.floor(draw() * line.length);
      line =
        line.slice(0, at) +
        (INSERTS[Math.floor(draw() * INSERTS.length)] ?? "") +
        line.slice(at + Math.floor(draw() * 8));
    }
    expect(() => detectFormat(line, "x")).not.toThrow();
    for (const parseLine of parsers) expect(() => parseLine(line)).not.toThrow();
  }
});

const INSERTS = [
  '"',
  "\\",
  "[",
  "]",
  "{",
  "}",
  "\t",
  "\0",
  "%",
  "%zz",
  "\u{d800}",
  "-",
  "://",
  "\\x",
  "\\x2",
  "__proto__",
  "1e400",
];

// Lines that hold another kind of line whole, or that both formats have in common, are left out.
const TEXT = LOG_LINES.filter(({ line }) => !jsonPart(line).startsWith("{"));
test.each(
  TEXT.flatMap(({ name, format, line }) =>
    FORMATS.filter((other) => other.name !== format).map((other) => [name, other.name, line] as const),
  ),
)("a line of %s is no request in a log of %s", (_, other, line) => {
  expect(parse(formatNamed(other), line)?.kind).toBe("bad");
});

test.each<[string, string, RegExp]>([
  [
    "combined",
    '192.0.2.7 - - [28/Nov/2026:16:20:55 +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla',
    /never closed/,
  ],
  [
    "combined",
    '192.0.2.7 - - [31/Feb/2026:16:20:55 +0000] "GET / HTTP/1.1" 200 1',
    /time that cannot be read/,
  ],
  ["combined", "hello world", /no time in brackets/],
  ["alb", "https 2026-11-28T16:20:55Z app/tv/1 192.0.2.7:1 -", /has 5 fields/],
  ["cloudfront", "a\tb", /no line with #Fields/],
  ["nginx-json", '{"time":"2026-11-28T16:20:55Z","remote_addr":', /is not JSON/],
  ["nginx-json", '[{"time":"2026-11-28T16:20:55Z"}]', /JSON array/],
  ["nginx-json", '{"remote_addr":"192.0.2.7","request":"GET / HTTP/1.1"}', /no time/],
  ["nginx-json", '{"time":"2026-11-28T16:20:55Z","message":"started"}', /names no request/],
  ["nginx-json", '{"time":"0.123","remote_addr":"192.0.2.7","request":"GET / HTTP/1.1"}', /no time/],
])("says what is wrong with a line of %s: %s", (format, line, reason) => {
  expect(parse(formatNamed(format), line)).toMatchObject({
    kind: "bad",
    reason: expect.stringMatching(reason),
  });
});

test.each<[string, string]>([
  [
    "cloudflare",
    '{"ClientIP":"192.0.2.7","EdgeStartTimestamp":1795882855,"ClientRequestURI":"/","WorkerSubrequest":true}',
  ],
  [
    "fastly",
    '{"timestamp":"2026-11-28T16:20:55+0000","client_ip":"192.0.2.7","url":"/","fastly_is_edge":false}',
  ],
])("leaves out what is no client's request, in a log of %s", (format, line) => {
  expect(parse(formatNamed(format), line)).toMatchObject({ kind: "skipped", why: expect.any(String) });
});

test.each<[string, string, string]>([
  [
    "a line that is cut at the front",
    '/1.1" 200 1 "-" "x"\n192.0.2.7 - - [28/Nov/2026:16:20:55 +0000] "GET / HTTP/1.1" 200 1',
    "combined",
  ],
  [
    "a byte order mark",
    '\u{FEFF}{"time":"2026-11-28T16:20:55Z","remote_addr":"192.0.2.7","request":"GET / HTTP/1.1"}',
    "nginx-json",
  ],
  ["blank lines and CRLF", `\r\n\r\n${LOG_LINES[0]?.line}\r\n`, "combined"],
])("tells the format in spite of %s", (_, head, format) => {
  expect(detectFormat(head, "x")).toMatchObject({ ok: true, format: { name: format } });
});

test.each<[string, string]>([
  ["time,user,category\n1,u,homepage\n", "csv"],
  ['{"ts":1,"userId":"u","category":"homepage","ip":"192.0.2.7"}', "jsonl"],
])("tells rows of our own form: %s", (head, format) => {
  expect(detectFormat(head, "-")).toEqual({ ok: true, format });
});

test("names the formats where it knows none", () => {
  expect(detectFormat("what is this?\n", "x.log")).toMatchObject({
    ok: false,
    reason: expect.stringMatching(
      /no format that is known \(cloudflare, .*combined.*It begins: "what is this\?"/,
    ),
  });
});
