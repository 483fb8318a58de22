import { describe, expect, test } from "vitest";
import { reportOf, viewers } from "../../test/synthetic-calls.ts";
import { isOldBrowser } from "./old-browser.ts";
import type { TrafficRecord } from "./traffic-source.ts";
import { viewHtml } from "@spillway/kit/charts/view-html.ts";
import { trafficView } from "./traffic-view.ts";
import { trafficText } from "./traffic-text.ts";

const OLD = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)";
const VIEWERS = viewers(300, 10, 1).map((record) => ({
  ...record,
  agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/142.0",
}));

function crawl(
  network: (at: number) => string,
  count: number,
  rest: Partial<TrafficRecord> = {},
): TrafficRecord[] {
  return Array.from({ length: count }, (_, at) => ({
    timeMs: Date.parse("2026-09-02") + at * 60_000,
    user: network(at),
    network: network(at),
    agent: OLD,
    category: `page-${at % 40}`,
    method: "GET" as const,
    count: 1,
    ...rest,
  }));
}

describe("one address with 55 % of all requests under an old browser's name", async () => {
  const count = Math.round((VIEWERS.length * 0.55) / 0.45);
  const report = await reportOf([...VIEWERS, ...crawl(() => "203.0.113.9", count)], 10);

  test("is the first of the callers, with its share and its agent", () => {
    expect(report.suspects).toEqual([]);
    expect(report.callers.requests).toBe(VIEWERS.length + count);
    expect(report.callers.addresses[0]).toEqual({
      name: "203.0.113.9",
      requests: count,
      share: count / (VIEWERS.length + count),
      standsOut: true,
      agent: OLD,
      addresses: 1,
      isOldBrowser: true,
      isSuspect: false,
    });
    expect(report.callers.agents.find(({ name }) => name === OLD)).toMatchObject({
      requests: count,
      isOldBrowser: true,
    });
    expect(report.callers.users[0]).toMatchObject({ name: "203.0.113.9", standsOut: true });
  });

  test("stands in the first lines of the text, in the table, and on the page", () => {
    const text = trafficText(report);
    expect(text.split("\n")[2]).toMatch(
      /^One address, 203\.0\.113\.9, mostly as “Mozilla\/4\.0 .*”, an old browser's name, made [\d,]+ \(55\.0\d %\) of all [\d,]+ requests/,
    );
    expect(text).toMatch(
      /address +203\.0\.113\.9 +[\d,]+ +55\.0\d % +█{11} +stands out; an old browser's name/,
    );
    expect(viewHtml(trafficView(report))).toMatch(
      /largest caller<\/dt><dd>55\.0\d %<\/dd><dd class="said">203\.0\.113\.9/,
    );
  });
});

test("known tests, posts and requests outside of calls count; requests outside of the period do not", async () => {
  const known = [
    {
      name: "load test",
      kind: "performance-test" as const,
      fromS: Date.parse("2026-09-01") / 1000,
      untilS: Date.parse("2026-09-09") / 1000,
      networks: ["203.0.113.0/24"],
    },
  ];
  const calls = [
    ...crawl(() => "203.0.113.9", 200),
    ...crawl(() => "192.0.2.1", 100, { method: "POST" }),
    ...crawl(() => "192.0.2.2", 50, { timeMs: Date.parse("2026-10-20") }),
  ];
  const { callers } = await reportOf(calls, 10, { known });
  expect(callers.addresses.map(({ name, requests }) => [name, requests])).toEqual([
    ["203.0.113.9", 200],
    ["192.0.2.1", 100],
  ]);
});

test("addresses of one IPv6 network are one caller, since a subscriber has them all", async () => {
  const rotating = crawl((at) => `2001:db8:1:2::${at.toString(16)}`, 500);
  const { callers } = await reportOf(
    [...VIEWERS.slice(0, 300), ...rotating, ...crawl(() => "2001:db8:9::1", 20)],
    10,
  );
  expect(callers.addresses[0]).toMatchObject({
    name: "2001:db8:1:2::/64",
    addresses: 500,
    requests: 500,
    standsOut: true,
  });
  expect(callers.addresses.find(({ name }) => name === "2001:db8:9::1")).toMatchObject({ requests: 20 });
});

test("texts of clients cannot steer the terminal", async () => {
  const agent = "\u001B[31mred\u202Eder\n";
  const report = await reportOf(
    crawl(() => "192.0.2.1", 200, { agent, user: "\u001B[2J" }),
    10,
  );
  const text = trafficText(report);
  expect(text).not.toContain("\u001B[31m");
  expect(text).not.toContain("\u001B[2J");
  expect(text).toContain("\u{FFFD}[31mred\u{FFFD}der\u{FFFD}");
});

test.each<[string, boolean]>([
  [OLD, true],
  ["Mozilla/5.0 (Windows NT 6.1; rv:24.0) Gecko/20100101 Firefox/24.0", true],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/41.0.2272.96 Safari/537.36",
    true,
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    false,
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_5) AppleWebKit/600.1.17 (KHTML, like Gecko) Version/7.1 Safari/537.85.10",
    true,
  ],
  ["Mozilla/5.0 (SMART-TV; Linux; Tizen 2.4.0) AppleWebKit/538.1 Version/2.4.0 TV Safari/538.1", false],
  ["Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/38.0.2125.122 Safari/537.36", false],
  ["okhttp/4.12.0", false],
  ["", false],
])("%s is an old browser: %s", (agent, expected) => {
  expect(isOldBrowser(agent)).toBe(expected);
});
