import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { createStringInterner, type StringInterner } from "../traffic/string-interner.ts";
import { logSource, type LogOptions } from "../traffic/log-source.ts";
import type { SourceFindings } from "../traffic/traffic-source.ts";
import { parseUserFrom } from "./user-from.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-access-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Read = { findings: SourceFindings; calls: string[]; others: string[] };

/** Calls as `user network agent category method`, and other requests as `user network agent`. */
async function read(content: string | Buffer, options: LogOptions = {}, name = "access.log"): Promise<Read> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readFrom([path], options);
}

async function readFrom(paths: readonly string[], options: LogOptions = {}): Promise<Read> {
  const interners = Array.from({ length: 4 }, createStringInterner);
  const [users, networks, agents, categories] = interners as [
    StringInterner,
    StringInterner,
    StringInterner,
    StringInterner,
  ];
  const calls: string[] = [];
  const others: string[] = [];
  const findings = await logSource(paths, () => undefined, options).readInto({
    users,
    networks,
    agents,
    categories,
    take: (_, user, network, agent, category, isPost) => {
      const texts = [
        users.textOf(user),
        networks.textOf(network),
        agents.textOf(agent),
        categories.textOf(category),
      ];
      calls.push([...texts, isPost ? "POST" : "GET"].join(" "));
    },
    takeOther: (_, user, network, agent) => {
      others.push([users.textOf(user), networks.textOf(network), agents.textOf(agent)].join(" "));
    },
  });
  return { findings, calls, others };
}

function line(request: string, { address = "192.0.2.7", agent = "x" } = {}): string {
  return `${address} - - [28/Nov/2026:16:20:55 +0000] "${request}" 200 1 "-" "${agent}"\n`;
}

const HOME = line("GET /recommendations?user=u1&context=homepage HTTP/1.1");
const HOME_CALL = "u1 192.0.2.7 x /recommendations?context=homepage GET";

test.each<[string, string | Buffer]>([
  ["plain", HOME],
  ["by CRLF, after a byte order mark", `\u{FEFF}${HOME.replaceAll("\n", "\r\n")}`],
  ["without a line break at its end", HOME.trimEnd()],
  ["gzipped", gzipSync(HOME)],
  ["packed by zstd", zstdCompressSync(HOME)],
  ["after zeros, as a file that was emptied while it was written", `${"\0".repeat(3_000_000)}${HOME}`],
])("reads a log that is %s", async (_, content) => {
  expect(await read(content)).toMatchObject({ calls: [HOME_CALL], findings: { rows: 1, badRowCount: 0 } });
});

test.each<[string, string, number[], RegExp, number]>([
  ["a line of another kind", `${HOME}what is this\n${HOME}`, [2], /no time in brackets/, 2],
  [
    "a line of another format",
    `${HOME}${HOME}{"remote_addr":"192.0.2.7","time":"2026-11-28T16:20:55Z","request":"GET / HTTP/1.1"}\n`,
    [3],
    /looks like nginx-json, in a file of combined/,
    2,
  ],
  [
    "a line that is cut at the file's end",
    `${HOME}${HOME.slice(0, 60)}`,
    [2],
    /never closed.*the file ends within this line/,
    1,
  ],
  [
    "a line of megabytes",
    `${HOME}${line(`GET /${"x".repeat(3_000_000)} HTTP/1.1`)}${HOME}`,
    [2],
    /more than a million/,
    2,
  ],
  ["a line of megabytes at the end", `${HOME}${"x".repeat(3_000_000)}`, [2], /more than a million/, 1],
  ["a date that is none", `${HOME}${HOME.replace("28/Nov", "31/Nov")}`, [2], /time that cannot be read/, 1],
])("counts %s with its position", async (_, content, lines, reason, good) => {
  const { findings, calls } = await read(content);
  expect(findings.badRows.map(({ line: at }) => at)).toEqual(lines);
  expect(findings.badRows[0]).toMatchObject({ file: "access.log", reason: expect.stringMatching(reason) });
  expect(calls).toHaveLength(good);
});

test("reads bytes that are not UTF-8", async () => {
  const content = Buffer.from(line("GET / HTTP/1.1", { agent: "caf\u00e9" }), "latin1");
  expect((await read(content)).calls).toEqual(["192.0.2.7 192.0.2.7 caf\u{FFFD} / GET"]);
});

test("counts other methods, static files and handshakes among the callers alone, and says so", async () => {
  const { calls, others, findings } = await read(
    [
      line("HEAD / HTTP/1.1"),
      line("GET /static/app.js?v=3 HTTP/1.1"),
      line(String.raw`\x16\x03\x01`),
      line("OPTIONS * HTTP/1.1"),
      line("GET /hls/7/segment-3.ts HTTP/1.1"),
    ].join(""),
  );
  expect(calls).toEqual(["192.0.2.7 192.0.2.7 x media/playback GET"]);
  expect(others).toHaveLength(4);
  expect(findings.rows).toBe(5);
  expect(findings.notices.join("\n")).toMatch(
    /1 request for a static file counts[^]*1 line has no request[^]*2 rows with another method/,
  );
});

test.each<[string, string, string]>([
  ["/", "/", "homepage"],
  ["/en/home/", "/en/home", "homepage"],
  ["/movies/123456/similar", "/movies/:id/similar", "similar"],
  ["/watch/0b5e3f6a-3f0e-4d5e-9c1a-2f1d0c9b8a7e?t=1", "/watch/:id", "playback"],
  ["http://tv.example:8080/search?q=a", "/search", "search"],
  ["/recommendations?context=live&user=7", "/recommendations?context=live", "other"],
  ["/index.html", "/index.html", "homepage"],
])("makes a category of %s", async (target, category, kind) => {
  const { calls } = await read(line(`GET ${target} HTTP/1.1`));
  expect(calls[0]).toContain(` ${category} GET`);
  const { kindOf } = await import("../traffic/categories.ts");
  expect(kindOf(category)).toBe(kind);
});

test("takes ever new paths for one category, so that a scan fills no memory", async () => {
  const { calls } = await read(
    Array.from({ length: 6000 }, (_, at) => line(`GET /scan-${at} HTTP/1.1`)).join(""),
  );
  expect(calls.at(-1)).toContain("(other paths)");
});

const COOKIES = (cookie: string): string =>
  `${JSON.stringify({ time_iso8601: "2026-11-28T16:20:55Z", remote_addr: "192.0.2.7", request: "GET /u/u%207/home?uid=9 HTTP/1.1", http_cookie: cookie, account: { id: 7 }, "dotted.key": "d" })}\n`;

test.each<[string, string, string]>([
  ["query:uid", "", "9"],
  ["cookie:sid", 'a=1; sid="u%2F1"; sid2=3', "u/1"],
  ["path:/u/:user/…", "", "u 7"],
  ["path:/u/:user", "", "u 7"],
  ["path:/*/:user/home", "", "u 7"],
  ["path:**/:user/home", "", "u 7"],
  ["field:account.id", "", "7"],
  ["field:dotted.key", "", "d"],
  ["query:nothing", "", "192.0.2.7"],
  ["cookie:sid", "sid=undefined", "192.0.2.7"],
  ["path:/v/:user", "", "192.0.2.7"],
])("takes the user from %s", async (place, cookie, user) => {
  const { calls } = await read(COOKIES(cookie), { userFrom: [parseUserFrom(place)] });
  const path = place.startsWith("path:") && user === "u 7" ? "/u/:user/home" : "/u/u%207/home";
  expect(calls).toEqual([`${user} 192.0.2.7  ${path} GET`]);
});

test("takes the first of several places that names a user", async () => {
  const userFrom = ["cookie:sid", "query:uid"].map(parseUserFrom);
  expect((await read(COOKIES("x=1"), { userFrom })).calls[0]).toMatch(/^9 /);
});

test("keeps ids beyond 2^53 apart", async () => {
  const content = ["9007199254740993", "9007199254740992"]
    .map(
      (id) =>
        `{"time":"2026-11-28T16:20:55Z","remote_addr":"192.0.2.7","uri":"/","method":"GET","user_id":${id}}\n`,
    )
    .join("");
  const { calls } = await read(content);
  expect(calls.map((call) => call.split(" ")[0])).toEqual(["9007199254740993", "9007199254740992"]);
});

test.each(["user", "query:", "header:x", "path:/u/me", "path:/:user/:user", "path:/a/…/:user"])(
  "refuses %s as a place of users",
  (place) => {
    expect(() => parseUserFrom(place)).toThrow(RangeError);
  },
);

test("says that a format has no cookies", async () => {
  const { findings } = await read(HOME, { userFrom: [parseUserFrom("cookie:sid")] });
  expect(findings.badRows[0]?.reason).toMatch(
    /format combined, which has no cookies: --user-from cookie:sid/,
  );
});

test("says how many requests name no user", async () => {
  const { findings } = await read(HOME + line("GET / HTTP/1.1"));
  expect(findings.notices.join()).toMatch(/1 request names no user .* the address stands for one/);
});

test("reads files of several formats together, each by its own", async () => {
  const files = {
    "a.log": HOME,
    "b.json.gz": gzipSync(
      '{"ClientIP":"192.0.2.8","ClientRequestMethod":"GET","ClientRequestURI":"/?user=u2","EdgeStartTimestamp":1795882855000000000}\n',
    ),
    "c.csv": "time,user,category\n2026-11-28T16:20:55Z,u3,homepage\n",
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const { calls, findings } = await readFrom(Object.keys(files).map((name) => join(folder, name)));
  expect(calls).toEqual([HOME_CALL, "u2 192.0.2.8  / GET", "u3   homepage GET"]);
  expect(findings.badRowCount).toBe(0);
});

test("takes an empty log for a fault only where it is the only one", async () => {
  const [empty, full] = [join(folder, "empty.log"), join(folder, "full.log")];
  writeFileSync(empty, "");
  writeFileSync(full, HOME);
  expect((await readFrom([empty])).findings.badRows[0]?.reason).toBe("the file is empty");
  const { calls, findings } = await readFrom([empty, full]);
  expect([calls, findings.badRowCount, findings.notices]).toEqual([
    [HOME_CALL],
    0,
    ["empty.log: the file is empty"],
  ]);
});

test("says of a JSON array how to make lines of it", async () => {
  expect((await read('[\n{"time":1},\n{"time":2}\n]\n')).findings.badRows[0]?.reason).toMatch(
    /JSON array.*jq -c/,
  );
});

test("reads fields in the order that --fields names", async () => {
  const fields = ["timestamp", "c-ip", "cs-method", "cs-uri-stem", "cs-uri-query", "cs-user-agent"];
  const row = "1795882855.244\t192.0.2.7\tGET\t/recommendations\tuser=u1&context=homepage\tx\n";
  expect((await read(row, { format: "cloudfront", fields })).calls).toEqual([HOME_CALL]);
  expect((await read(row, { format: "cloudfront" })).findings.badRows[0]?.reason).toMatch(/--fields/);
});

test("goes by the format that is named, and says what each line looks like instead", async () => {
  const { findings } = await read(HOME, { format: "nginx-json" });
  expect(findings.badRows[0]?.reason).toMatch(/is not JSON.*looks like combined, in a file of nginx-json/);
});
