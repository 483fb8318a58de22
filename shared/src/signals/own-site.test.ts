/** Which hosts belong to the site of the edge's own host. */
import { expect, test } from "vitest";
import { isOwnHost, registrableDomain } from "./own-site.ts";

test.each<readonly [host: string, own: string, internal: boolean]>([
  ["tv.example", "tv.example", true],
  ["login.tv.example", "tv.example", true],
  ["a.b.tv.example", "tv.example", true],
  ["tv.example", "play.tv.example", true],
  ["login.tv.example", "play.tv.example", true],
  ["login.tv.example", "edge.eu.tv.example", true],
  ["tv.co.uk", "play.tv.co.uk", true],
  ["login.tv.co.uk", "tv.co.uk", true],
  ["other.co.uk", "tv.co.uk", false],
  ["other.com.br", "tv.com.br", false],
  ["other.or.jp", "tv.or.jp", false],
  ["preview.tv.pages.dev", "tv.pages.dev", true],
  ["other.pages.dev", "tv.pages.dev", false],
  ["spillway.other.workers.dev", "spillway.tv.workers.dev", false],
  ["other.vercel.app", "tv.vercel.app", false],
  ["other.example", "tv.example", false],
  ["nottv.example", "tv.example", false],
  ["tv.example.evil.com", "tv.example", false],
  ["tv.example:8443", "tv.example", false],
  ["login.tv.example:8787", "tv.example:8787", true],
  ["login.tv.example", "tv.example:8787", true],
  ["login.tv.example:3000", "tv.example:8787", false],
  ["localhost", "localhost:8787", true],
  ["localhost:3000", "localhost:8787", false],
  ["10.0.0.7", "127.0.0.7", false],
  ["1.0.0.7", "0.0.0.7", false],
  ["[::1]:8787", "[::1]:8787", true],
  ["", "tv.example", false],
])("%s beside %s is our own: %s", (host, own, internal) => {
  expect(isOwnHost(host, own)).toBe(internal);
});

test("an operator's hosts stand for their subdomains, and only themselves where they have a port", () => {
  const more = ["sport.example.org", "localhost:3000"];
  const own = (host: string): boolean => isOwnHost(host, "tv.example", more);
  expect(["sport.example.org", "live.sport.example.org", "localhost:3000"].map(own)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["example.org", "notsport.example.org", "localhost", "a.localhost:8080"].map(own)).toEqual(
    Array.from({ length: 4 }, () => false),
  );
});

test.each([
  ["play.tv.example", "tv.example"],
  ["tv.co.uk", "tv.co.uk"],
  ["a.b.tv.com.au", "tv.com.au"],
  ["a.tv.github.io", "tv.github.io"],
  ["co.uk", "co.uk"],
  ["localhost", "localhost"],
  ["192.168.0.7", "192.168.0.7"],
])("the registrable domain of %s is %s", (host, domain) => {
  expect(registrableDomain(host)).toBe(domain);
});
