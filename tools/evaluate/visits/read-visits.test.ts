import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { readVisits, type ReadVisits } from "./read-visits.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";

async function read(name: string, content: string | Buffer, itemFrom = "path"): Promise<ReadVisits> {
  const directory = mkdtempSync(join(tmpdir(), "spillway-visits-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, name);
  writeFileSync(path, content);
  return readVisits({ path, itemFrom, ownHosts: ["own.example"] });
}

/** The signals of each visit that are not those of a request which tells nothing. */
function told({ visits }: ReadVisits): Record<string, string>[] {
  return Array.from(visits.timesS, (_, at) =>
    Object.fromEntries(
      Object.entries(visits.signals).flatMap(([name, { codes, values }]) =>
        codes[at] === 0 ? [] : [[name, values[codes[at]!]!]],
      ),
    ),
  );
}

describe("rows of visits", () => {
  test("have a header under other names too, and signals are read from what the row tells of its request", async () => {
    const csv = [
      "Timestamp,Item ID,Page URL,Referer,User-Agent,Country Code,team,note",
      `2026-06-01T10:00:05Z,a,https://own.example/a?utm_source=x&utm_medium=cpc&utm_campaign=Final,,${FIREFOX},es,esp,1`,
      "1780308000,b,/b,https://www.google.com/,,,,2",
      "2026-06-01T09:00:00Z,a,https://own.example/a,https://www.own.example/,,,,3",
    ].join("\n");
    const result = await read("visits.csv", csv);
    expect([...result.visits.timesS].map((at) => new Date(at * 1000).toISOString())).toEqual([
      "2026-06-01T09:00:00.000Z",
      "2026-06-01T10:00:00.000Z",
      "2026-06-01T10:00:05.000Z",
    ]);
    expect([...result.visits.items]).toEqual([0, 1, 0]);
    expect(told(result)).toEqual([
      { entry: "internal" },
      { entry: "search" },
      { team: "ESP", entry: "ad", campaign: "final", device: "desktop", region: "ES" },
    ]);
  });

  test("with two names for one thing are read by the better one, whichever stands first", async () => {
    const csv = "date,timestamp,item,title_id,region\n2026-06-01,1780308000,a,A,ES\n";
    const json = `${JSON.stringify({ timestamp: 1780308000, date: "2026-06-01", title_id: "A", item: "a" })}\n`;
    for (const [name, content] of [
      ["v.csv", csv],
      ["v.jsonl", json],
    ] as const) {
      expect([...(await read(name, content)).visits.timesS]).toEqual([1780308000]);
    }
    await expect(read("t.csv", "time,item,Time\n1780308000,a,1780308000\n")).rejects.toThrow(
      /t\.csv:1: .*column time twice/,
    );
  });

  test("may hold signals that are read already: they hold whatever the request says", async () => {
    const rows = [
      {
        time: 1780308000,
        item: 7,
        entry: "Social",
        device: "TV",
        region: "de",
        referrer: "https://www.google.com/",
      },
      { time: "2026-06-01T10:00:01Z", item: "8", entry: "", event: "ESP v. BEL" },
    ];
    const result = await read("v.ndjson.gz", gzipSync(rows.map((row) => JSON.stringify(row)).join("\n")));
    expect(result.format).toBe("jsonl");
    expect(told(result)).toEqual([
      { entry: "social", device: "tv", region: "DE" },
      { event: expect.stringMatching(/^esp-v-bel/) },
    ]);
  });

  test("may have values of their own: they are told apart all the same", async () => {
    const csv = "time,item,region,entry,team\n1780308000,a,Nordrhein-Westfalen,Newsletter,none";
    expect(told(await read("own.csv", csv))).toEqual([
      { region: "NORDRHEIN-WESTFALEN", entry: "newsletter" },
    ]);
  });

  test("name what is wrong with file and line, ten at most, and measure nothing", async () => {
    const csv = [
      "time,item,entry,device",
      "2026-06-01T10:00:00Z,a,search,tv",
      "yesterday,a,search,tv",
      "2026-06-01T10:00:00Z,,search,tv",
      "17,a,search,tv",
    ].join("\n");
    const message = await read("bad.csv", csv).catch((error: Error) => error.message);
    expect(message).toContain('bad.csv:3: time: "yesterday"; it must be ISO 8601');
    expect(message).toContain("bad.csv:4: item: is missing");
    expect(message).toContain('bad.csv:5: time: "17"');
    expect(message).toContain("nothing was measured");
  });

  test.each([
    [
      "time,title_name\n1780308000,a",
      /h\.csv:1: the header row has no column item or url; it has: time, title_name/,
    ],
    ["item,entry\na,search", /h\.csv:1: the header row has no column time/],
    ["a;b;c\n1;2;3", /h\.csv:1: is neither a header row nor/],
    ["time;item\n1;2", /h\.csv:1: has its columns separated by semicolons/],
    ["time\titem\n1\t2", /h\.csv:1: has its columns separated by tabs/],
    ["", /h\.csv: is empty/],
    ["time,item\n", /h\.csv: has no visits/],
  ])("without a time or an item in the header are refused: %j", async (csv, reason) => {
    await expect(read("h.csv", csv)).rejects.toThrow(reason);
  });

  test("without an item take it from the URL", async () => {
    const csv =
      "time,url\n1780308000,https://a.example/watch/Film%201/x?y=1\n1780308001,https://a.example/help";
    const result = await read("u.csv", csv, "path:/watch/");
    expect(result.visits.itemCount).toBe(1);
    expect(result.leftOut).toEqual({ "visits whose URL names no item": 1 });
  });
});

function line(request: string, referrer = "-", agent = FIREFOX, status = 200): string {
  return `203.0.113.9 - - [01/Jun/2026:10:00:00 +0000] "${request} HTTP/1.1" ${status} 512 "${referrer}" "${agent}"`;
}

describe("an access log", () => {
  const good = [
    line("GET /watch/a?utm_medium=email", "https://www.google.com/"),
    line("GET /watch/b", "https://t.co/x"),
    line("GET /watch/b", "https://own.example/"),
  ];

  test("gives pages that people asked for: no files, no robots, no posts, no errors", async () => {
    const log = [
      ...good,
      line("GET /app.js"),
      line("POST /events"),
      line("GET /watch/a", "-", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
      line("GET /about"),
      line("GET /watch/gone", "-", FIREFOX, 404),
      line("GET /watch/moved", "-", FIREFOX, 301),
    ].join("\n");
    const result = await read("access.log.gz", gzipSync(`${log}\n`), "path:/watch/");
    expect(result.format).toBe("combined");
    expect(told(result).map(({ entry }) => entry)).toEqual(["email", "social", "internal"]);
    expect(result.visits.itemCount).toBe(2);
    expect(result.leftOut).toEqual({
      "static files and media": 1,
      "requests that are no GET": 1,
      "visits of robots": 1,
      "visits whose URL names no item": 1,
      "redirects and errors": 2,
    });
  });

  test("in JSON has its referrer under the names of servers and CDNs", async () => {
    const nginx = JSON.stringify({
      time_iso8601: "2026-06-01T10:00:00+00:00",
      request: "GET /watch/a HTTP/1.1",
      http_referer: "https://www.bing.com/",
      http_user_agent: FIREFOX,
    });
    const cloudflare = JSON.stringify({
      EdgeStartTimestamp: "2026-06-01T10:00:00Z",
      ClientRequestMethod: "GET",
      ClientRequestURI: "/watch/a",
      ClientRequestReferer: "https://www.facebook.com/",
      ClientRequestUserAgent: FIREFOX,
    });
    expect(told(await read("n.log", nginx))).toEqual([{ entry: "search", device: "desktop" }]);
    expect(told(await read("c.log", cloudflare))).toEqual([{ entry: "social", device: "desktop" }]);
  });

  test("of CloudFront has its referrer encoded", async () => {
    const w3c = [
      "#Version: 1.0",
      "#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query",
      `2026-06-01\t10:00:00\t203.0.113.9\tGET\t/watch/a\t200\thttps://www.google.com/search?q=a%2520b\tMozilla/5.0%20(X11;%20Linux%20x86_64)%20Firefox/120.0\t-`,
    ].join("\n");
    expect(told(await read("E1.2026-06-01-10.log", w3c))).toEqual([{ entry: "search", device: "desktop" }]);
  });

  test("bears a bad line in a hundred, and no more", async () => {
    const many = Array.from({ length: 100 }, () => good).flat();
    const result = await read("some.log", [...many, "half a li"].join("\n"));
    expect(result.leftOut["lines that cannot be read"]).toBe(1);
    const half = many.flatMap((text) => [text, "nonsense"]).join("\n");
    await expect(read("half.log", half)).rejects.toThrow(
      /half\.log:2: .*\n[^]*… and 290 more; nothing was measured/,
    );
  });
});

test("a file that is cut off is told as such, not measured by half", async () => {
  const whole = gzipSync(
    [
      "time,item",
      ...Array.from({ length: 50_000 }, (_, at) => `${1780308000 + at},i${(at * 7919) % 997}`),
    ].join("\n"),
  );
  await expect(read("cut.csv.gz", whole.subarray(0, whole.length / 2))).rejects.toThrow(/cut\.csv\.gz:\d+: /);
});
