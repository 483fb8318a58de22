import { expect, test } from "vitest";
import { hostNameOf, parseAllowedHosts, parseAllowedOrigins, refuseForeignHost } from "./cross-site.ts";

test("origins are web origins, null, and those of packaged apps", () => {
  const text =
    "https://App.example.com, http://localhost:3000 NULL file:// capacitor://localhost\nhttp://[::1]:80a";
  expect(parseAllowedOrigins(text)).toEqual({
    values: ["https://app.example.com", "http://localhost:3000", "null", "file://", "capacitor://localhost"],
    reasons: ["http://[::1]:80a is not a web origin such as https://app.example.com, nor null"],
  });
});

test.each([
  "app.example.com",
  "https://app.example.com/",
  "https://app.example.com/a",
  "*",
  "https://*.example.com",
])("%s is no origin", (entry) => {
  expect(parseAllowedOrigins(entry)).toMatchObject({ values: [], reasons: [{}] });
});

test("hosts are names and addresses without a port", () => {
  expect(parseAllowedHosts("Tv.example, 127.0.0.1 ::1 [::1] tv-1.local")).toEqual({
    values: ["tv.example", "127.0.0.1", "::1", "::1", "tv-1.local"],
    reasons: [],
  });
  for (const entry of [
    "tv.example:80",
    "[::1]:80",
    "https://tv.example",
    "*",
    "tv.example/a",
    "a@b",
    "[::1",
  ]) {
    expect([entry, parseAllowedHosts(entry)]).toEqual([
      entry,
      { values: [], reasons: [`${entry} is no host name`] },
    ]);
  }
});

test("a host's name is what stands before the port", () => {
  expect(["LocalHost:8788", "[::1]:8788", "a.example.", "a b", ""].map(hostNameOf)).toEqual([
    "localhost",
    "::1",
    "a.example",
    undefined,
    undefined,
  ]);
});

function sent(host: string, headers: Readonly<Record<string, string>>): number | undefined {
  return refuseForeignHost({ header: (name) => headers[name], host, secure: false }, ["localhost"])?.status;
}

test("a browser is answered under the allowed names alone", () => {
  const rebound = { origin: "http://evil.example:8787" };
  expect(sent("evil.example:8787", rebound)).toBe(421);
  expect(sent("evil.example:8787", { "sec-fetch-site": "same-origin" })).toBe(421);
  expect(sent("localhost:8787", { origin: "http://localhost:8787" })).toBeUndefined();
  expect(sent("tv.example", {})).toBeUndefined();
});
