import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { logSource } from "./log-source.ts";
import { createStringInterner } from "./string-interner.ts";
import type { SourceFindings } from "./traffic-source.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-log-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Read = { findings: SourceFindings; calls: string[] };

async function read(name: string, content: string | Buffer): Promise<Read> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const [users, networks, agents, categories] = [0, 1, 2, 3].map(createStringInterner) as [T, T, T, T];
  const calls: string[] = [];
  const findings = await logSource([path], () => undefined).readInto({
    users,
    networks,
    agents,
    categories,
    takeOther: () => undefined,
    take: (timeS, user, network, agent, category, isPost) => {
      const texts = [
        users.textOf(user),
        networks.textOf(network),
        agents.textOf(agent),
        categories.textOf(category),
      ];
      calls.push([new Date(timeS * 1000).toISOString(), ...texts, isPost ? "POST" : "GET"].join(" "));
    },
  });
  return { findings, calls };
}
type T = ReturnType<typeof createStringInterner>;

const CALLS = [
  "2026-09-15T02:13:45.000Z u1 192.0.2.7 curl/8 homepage GET",
  '2026-09-15T02:13:46.000Z ü"2 192.0.2.8 a, b events POST',
];
const [A, B] = [Date.parse("2026-09-15T02:13:45Z"), Date.parse("2026-09-15T02:13:46Z")];
const CSV = `time,user,network,agent,category,method
2026-09-15T02:13:45Z,u1,192.0.2.7,curl/8,homepage,GET
${B},"ü""2",192.0.2.8,"a, b",events,post
`;
const JSONL = `{"ts":${A},"userId":"u1","ip":"192.0.2.7","user_agent":"curl/8","category":"homepage"}
{"time":"2026-09-15 04:13:46+02:00","user":"ü\\"2","network":"192.0.2.8","agent":"a, b","category":"events","method":"POST"}
`;

test.each<[string, string | Buffer]>([
  ["a.csv", CSV],
  ["a.csv.gz", gzipSync(CSV)],
  ["crlf.csv", `\uFEFF${CSV.replaceAll("\n", "\r\n")}`.trimEnd()],
  [
    "order.csv",
    `Method,Category,more,IP,User-Agent,User_ID,Timestamp\nGET,homepage,x,192.0.2.7,curl/8,u1,${A / 1000}\n` +
      `POST,events,,192.0.2.8,"a, b","ü""2",2026-09-15T02:13:46.25Z\n`,
  ],
  ["a.jsonl", JSONL],
  ["a.ndjson.gz", gzipSync(JSONL)],
])("reads %s", async (name, content) => {
  const { findings, calls } = await read(name, content);
  expect(calls).toEqual(CALLS);
  expect(findings).toMatchObject({ rows: 2, badRowCount: 0 });
});

test.each<[string, string | Buffer, number, RegExp, number]>([
  [
    "time.csv",
    "time,user,category\nyesterday,u,homepage\n1789438425,u,homepage\n",
    2,
    /^time: must be ISO 8601/,
    1,
  ],
  ["short.csv", "time,user,category\n1789438425,u\n", 2, /has 2 columns where the header row has 3/, 0],
  ["user.csv", 'time,user,category\n1789438425,"",homepage\n', 2, /^user: is missing/, 0],
  ["head.csv", "time,category\n1789438425,homepage\n", 1, /no column user; it has: time, category/, 0],
  ["twice.csv", "time,user,category,ts\n", 1, /the column time twice/, 0],
  ["quote.csv", 'time,user,category\n1789438425,"u,homepage\n', 2, /never closed/, 0],
  ["after.csv", 'time,user,category\n1789438425,"u"x,homepage\n', 2, /column 2: has text after/, 0],
  ["empty.csv", "", 1, /the file is empty/, 0],
  ["bad.jsonl", '{"time":1789438425,"user":"u","category":"homepage"}\n{"time":\n', 2, /is not JSON/, 1],
  ["time.jsonl", '\n{"time":"x","user":"u","category":"homepage"}\n', 2, /^time: /, 0],
  ["none.jsonl", "", 1, /holds no rows/, 0],
  ["torn.csv.gz", gzipSync(CSV.repeat(2000)).subarray(0, 60), 1, /cannot be read on/, 0],
])("names file and line of the fault in %s", async (name, content, line, reason, good) => {
  const { findings, calls } = await read(name, content);
  expect(findings.badRows[0]).toMatchObject({ file: name, line, reason: expect.stringMatching(reason) });
  expect(findings.badRowCount).toBe(1);
  expect(calls).toHaveLength(good);
});

test.each<[string, string, number, number[]]>([
  [
    "open.csv",
    `time,user,category\n${A / 1000},"u1,homepage\n${A / 1000},"u2",homepage\n${A / 1000},u3,homepage\n`,
    2,
    [2],
  ],
  [
    "last.csv",
    `time,user,category\n${A / 1000},u1,homepage\n${A / 1000},"u2,homepage\n${A / 1000},u3,homepage\n`,
    2,
    [3],
  ],
  [
    "wide.csv",
    `time,user,category\n${A / 1000},"u1,homepage\n${`${A / 1000},u2,homepage\n`.repeat(60_000)}`,
    60_000,
    [2],
  ],
  [
    "wide.jsonl",
    `{"time":${A},"user":"u1","category":"homepage"}\n{"x":"${"x".repeat(3_000_000)}"}\n{"time":${A},"user":"u2","category":"homepage"}\n`,
    2,
    [2],
  ],
  [
    "doubled.csv",
    `time,user,agent,category\n${A / 1000},"u1,x,homepage\n${`${A / 1000},u2,"",homepage\n`.repeat(50)}${A / 1000},"u3","a ""b""",homepage\n`,
    51,
    [2],
  ],
  [
    "long.csv",
    `time,user,category\n${A / 1000},${"x".repeat(5_000_000)},homepage\n${A / 1000},u2,homepage\nsoon,u3,homepage\n`,
    1,
    [2, 4],
  ],
])("continues at the next line after the fault in %s", async (name, content, good, bad) => {
  const { findings, calls } = await read(name, content);
  expect(calls).toHaveLength(good);
  expect(findings.badRows.map(({ line }) => line)).toEqual(bad);
});

test("reads rows that lie across chunks", async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, at) => `${A / 1000 + at},user-${at},"home\npage",GET\n`,
  ).join("");
  const { findings, calls } = await read("long.csv", `time,user,category,method\n${rows}`);
  expect(findings).toMatchObject({ rows: 20_000, badRowCount: 0 });
  expect(calls.at(-1)).toContain("user-19999");
});

test("reports a gzipped log that ends within a quoted cell as truncated, and keeps what was read", async () => {
  const cells = Array.from({ length: 40_000 }, (_, at) => Math.sin(at)).join(" ");
  const packed = gzipSync(`${CSV}${A},"u3 ${cells}`);
  const { findings, calls } = await read("cut.csv.gz", packed.subarray(0, packed.length - 2000));
  expect(calls).toEqual(CALLS);
  expect(findings.badRowCount).toBe(1);
  expect(findings.badRows[0]?.reason).toMatch(/truncated/);
});
