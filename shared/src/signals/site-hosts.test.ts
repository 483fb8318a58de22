import { expect, test } from "vitest";
import { readHosts } from "./site-hosts.ts";

test.each([
  ["tv.example.org", "tv.example.org"],
  [".tv.example.org", "tv.example.org"],
  ["*.TV.Example.org.", "tv.example.org"],
  ["tv.example.org:8443", "tv.example.org:8443"],
  ["münchen.example", "xn--mnchen-3ya.example"],
  ["[::1]", "[::1]"],
])("%s is read as a host", (entry, host) => {
  expect(readHosts(entry)).toEqual({ hosts: [host], unread: [] });
});

test.each([
  "a.example;b.example",
  "a..example",
  "..example",
  "http://",
  "https://tv.example.org",
  "a|b",
  "'a.example'",
])("%s is told as no host", (entry) => {
  expect(readHosts(entry)).toEqual({ hosts: [], unread: [entry] });
});
