/** A visit keeps the entry path that it began with while the visitor pays or signs in elsewhere. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { HOST, signalsOf, traceOf, type TestRequest } from "../../test/test-request.ts";
import { ENTRY_PATHS, type EntryPath } from "./signals.ts";
import { readVisitEntry, visitEntryCookie } from "./visit-entry.ts";

const NOW_MS = Date.UTC(2026, 6, 10, 18, 0, 30);

/** The requests of one browser, one after the other, each a minute later: their entry paths. */
function visit(requests: readonly TestRequest[]): readonly EntryPath[] {
  let cookie = "team=ESP";
  return requests.map((request, at) => {
    const { entry } = signalsOf({ ...request, cookie });
    const written = visitEntryCookie(entry, cookie, NOW_MS + at * 60_000);
    if (written !== undefined) cookie = `team=ESP; ${written.slice(0, written.indexOf(";"))}`;
    return entry;
  });
}

const AD = { query: "utm_source=google&utm_medium=cpc" };
const PAGE = { referer: `${HOST}/live` };
function from(referrer: string): TestRequest {
  return { query: `referrer=${encodeURIComponent(referrer)}`, referer: `${HOST}/account` };
}

test.each([
  "https://www.paypal.com/",
  "https://checkout.stripe.com/c/pay/x",
  "https://hooks.stripe.com/",
  "https://acs.some-bank.example/",
  "https://acs3.some-bank.example/challenge",
  "https://3ds.some-bank.co.uk/",
  "https://3dsecure.some-bank.example/",
  "https://secure-3ds2.some-bank.example/",
  "https://some-bank.cardinalcommerce.com/",
  "https://emvacs.some-bank.example/",
  "https://secure5.some-bank.example/",
  "https://na.account.amazon.com/",
  "https://sts.some-company.example/adfs/ls",
  "https://id.some-company.example/",
  "https://www.facebook.com/login.php",
  "https://accounts.google.com/",
  "https://appleid.apple.com/",
  "https://login.microsoftonline.com/common/oauth2",
  "https://login.live.com/",
  "https://tenant.eu.auth0.com/",
  "https://sso.some-company.example/",
  "https://signin.some-provider.example:443/",
  "https://www.facebook.com/v18.0/dialog/oauth",
  "https://kauth.kakao.com/",
  "https://mycompany.okta.com/",
  "android-app://com.paypal.android.p2pmobile/",
])("who comes back from %s came as the visit began", (service) => {
  expect(visit([AD, PAGE, from(service), PAGE])).toEqual(["ad", "internal", "ad", "internal"]);
  expect(visit([from("https://www.google.com/"), { referer: service }])).toEqual(["search", "search"]);
});

test.each<readonly [what: string, requests: readonly TestRequest[], expected: readonly EntryPath[]]>([
  ["direct, with a payment", [{}, from("https://www.paypal.com/")], ["direct", "direct"]],
  [
    "direct within a visit",
    [AD, { query: "referrer=" }, from("https://www.paypal.com/")],
    ["ad", "direct", "ad"],
  ],
  ["a sign-in without a visit", [from("https://accounts.google.com/")], ["referral"]],
  [
    "another site",
    [AD, from("https://blog.example/"), from("https://www.paypal.com/")],
    ["ad", "referral", "referral"],
  ],
  [
    "a search within a visit",
    [AD, from("https://duckduckgo.com/"), from("https://paypal.com/")],
    ["ad", "search", "search"],
  ],
  ["another ad", [from("https://t.co/"), AD, from("https://www.paypal.com/")], ["social", "ad", "ad"]],
  [
    "tags on the return",
    [AD, { ...from("https://www.paypal.com/"), query: "utm_medium=email" }],
    ["ad", "email"],
  ],
  ["a network's country, which is no sign-in", [AD, from("https://id.pinterest.com/")], ["ad", "social"]],
  ["pages of our own alone", [PAGE, from("https://www.paypal.com/")], ["internal", "referral"]],
  ["a site that is named after payments", [AD, from("https://pay-tv.example/")], ["ad", "referral"]],
  ["a page about sign-ins", [AD, from("https://blog.example/login-trouble")], ["ad", "referral"]],
])("%s", (_, requests, expected) => {
  expect(visit(requests)).toEqual(expected);
});

test("an operator's own services are returned from too", () => {
  const request = { ...from("https://cashier.bank.example/"), cookie: "spillway_entry=push" };
  expect(signalsOf(request).entry).toBe("referral");
  expect(signalsOf({ ...request, returnHosts: ["bank.example"] }).entry).toBe("push");
});

test("explains itself", () => {
  const request = { ...from("https://www.paypal.com/"), cookie: "spillway_entry=ad.1" };
  expect(traceOf(request).sources.entry).toBe("ad from cookie spillway_entry, on the return from paypal.com");
});

test("is written once a minute, for half an hour, to this host alone", () => {
  const first = visitEntryCookie("ad", null, NOW_MS) ?? "";
  expect(first).toMatch(/^spillway_entry=ad\.[0-9a-z]+; Path=\/; Max-Age=1800; SameSite=Lax; HttpOnly$/);
  const cookies = `a=b; ${first.slice(0, first.indexOf(";"))}`;
  expect(visitEntryCookie("internal", cookies, NOW_MS + 29_000)).toBeUndefined();
  expect(visitEntryCookie("internal", cookies, NOW_MS + 60_000)).toMatch(/^spillway_entry=ad\./);
  expect(visitEntryCookie("internal", null, NOW_MS)).toBeUndefined();
});

test("believes nothing but an entry path", () => {
  for (const word of [
    "internal",
    "Ad",
    "none",
    "ad.",
    "ad;x",
    "ad.%0d%0a",
    "__proto__",
    "constructor",
    "",
    "x".repeat(5000),
  ]) {
    expect([word, readVisitEntry(`spillway_entry=${word}`)]).toEqual([
      word,
      word === "ad;x" ? "ad" : undefined,
    ]);
  }
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...ENTRY_PATHS), (text, entry) => {
      const cookies = `spillway_entry=${text}`;
      expect([undefined, ...ENTRY_PATHS]).toContain(readVisitEntry(cookies));
      expect(visitEntryCookie(entry, cookies, NOW_MS) ?? "spillway_entry=ad.1; ").toMatch(
        /^spillway_entry=[a-z]+\.[0-9a-z]+; /,
      );
    }),
  );
});
