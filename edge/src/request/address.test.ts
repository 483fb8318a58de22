import { expect, test } from "vitest";
import { readAddress } from "./address.ts";

test.each([
  "http://edge.example/recommendations?user=u1&context=homepage",
  "https://edge.example:8443/recommendations",
  "https://edge.example/?",
  "https://edge.example/a?b=c?d=/e",
  "https://edge.example/a#b?c=d",
  "https://[::1]:8787/a?b=http://other.example/",
])("reads %s as the platform's own parser does", (text) => {
  const url = new URL(new Request(text).url);
  const { path, host, search, secure } = readAddress(new Request(text).url);
  expect({ host, search: search === "?" ? "" : search, secure, path }).toEqual({
    host: url.host,
    search: url.search,
    secure: url.protocol === "https:",
    path: url.pathname,
  });
});
