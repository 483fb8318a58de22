import { expect, test } from "vitest";
import { sentCookie } from "./set-cookie.ts";

const COOKIE = "a=1; Path=/; SameSite=Lax; HttpOnly";

test.each([
  [false, false, "a=1; Path=/; SameSite=Lax; HttpOnly"],
  [true, false, "a=1; Path=/; SameSite=Lax; HttpOnly; Secure"],
  [true, true, "a=1; Path=/; SameSite=None; Secure; Partitioned; HttpOnly"],
  // Browsers take a Secure cookie of localhost over http.
  [false, true, "a=1; Path=/; SameSite=None; Secure; Partitioned; HttpOnly"],
])("over https: %s, for pages on another site: %s", (secure, crossSite, sent) => {
  expect(sentCookie(COOKIE, { secure, crossSite })).toBe(sent);
});
