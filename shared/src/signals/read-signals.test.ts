/** The other signals, request by request, and what holds for every request. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SIGNALS, SIGNAL_NAMES, signalsSchema, type Signals } from "./signals.ts";
import { readSignals } from "./read-signals.ts";
import { HOST, signalsOf, traceOf, type TestRequest } from "../../test/test-request.ts";

const FAN = { affinity: "football", recency: "fresh", depth: "deep" } as const;

const landing = (query: string) => `${HOST}/?${query}`;

test.each<readonly [what: string, request: TestRequest, expected: Partial<Signals>]>([
  ["nothing at all", {}, NO_SIGNALS],
  ["a team by parameter", { query: "team=esp" }, { team: "ESP" }],
  ["a team by cookie", { cookie: "a=b; team=BEL; c=d" }, { team: "BEL" }],
  ["the parameter before the cookie", { query: "team=ESP", cookie: "team=BEL" }, { team: "ESP" }],
  [
    "the landing page's team before the cookie",
    { referer: landing("team=ESP"), cookie: "team=BEL" },
    { team: "ESP" },
  ],
  [
    "the cookie where the parameter is no code",
    { query: "team=%3Cscript%3E", cookie: "team=BEL" },
    { team: "BEL" },
  ],
  ["a choice of no team", { query: "team=none", cookie: "team=BEL" }, { team: "none" }],
  ["a team that is a truth value", { query: "team=true", cookie: "team=false" }, { team: "none" }],
  ["a team whose code begins as one does", { query: "team=trueb" }, { team: "TRUEB" }],
  ["a team too long", { query: "team=ESPESPESP" }, { team: "none" }],
  ["a team whose capitals are two letters", { query: "team=%C3%9F" }, { team: "none" }],
  ["a campaign", { query: "utm_campaign=QF%20Spain+v.%20B%C3%A9lgica!" }, { campaign: "qf-spain-v-belgica" }],
  ["a campaign's id", { query: "utm_id=4711&campaign=x" }, { campaign: "4711" }],
  ["a plain campaign", { query: "campaign=qf" }, { campaign: "qf" }],
  ["a campaign of nothing but signs", { query: "utm_campaign=!!!&utm_id=qf" }, { campaign: "qf" }],
  ["a campaign that is not UTF-8", { query: "utm_campaign=caf%E9%20qf" }, { campaign: "caf-e9-qf" }],
  [
    "a campaign whose link was cut within a letter",
    { query: "utm_campaign=qf-%C3%A9t%C3%A9-%E5%A4" },
    { campaign: "qf-ete" },
  ],
  [
    "the request's campaign before the page's",
    { query: "campaign=a", referer: landing("utm_campaign=b") },
    { campaign: "a" },
  ],
  ["the page's campaign", { referer: landing("utm_campaign=b") }, { campaign: "b" }],
  ["an event on the request", { query: "event=Match-98" }, { event: "match-98" }],
  ["a match on the request", { query: "match=m98" }, { event: "m98" }],
  [
    "an item on the request, which is the API's",
    { query: "context=similar&item=film-7&title=y" },
    { event: "none" },
  ],
  ["an item on the page", { referer: landing("item=film-7") }, { event: "film-7" }],
  ["a title on the page", { referer: landing("title=film-8&item=film-7") }, { event: "film-8" }],
  ["a match in utm_content", { query: "utm_content=match-esp-bel" }, { event: "match-esp-bel" }],
  ["anything else in utm_content", { query: "utm_content=blue-button" }, { event: "none" }],
  ["what the viewer's state says", { profile: FAN }, FAN],
  [
    "nothing of the profile cookie of before",
    { cookie: "spillway_profile=v1.football.fresh.deep" },
    NO_SIGNALS,
  ],
  ["the platform's country", { country: "ES" }, { region: "ES" }],
  ["the region parameter first", { query: "region=be", country: "ES" }, { region: "BE" }],
  ["a region that is none", { query: "region=Spain", country: "T1" }, { region: "none" }],
  ["an unknown country", { country: "XX" }, { region: "none" }],
  ["a parameter twice", { query: "team=ESP&team=BEL" }, { team: "ESP" }],
  ["an empty parameter, then a full one", { query: "team=&team=BEL" }, { team: "BEL" }],
  ["an encoded parameter name", { query: "utm%5Fcampaign=qf" }, { campaign: "qf" }],
  // Links as they arrive.
  ["a campaign in Japanese", { query: "utm_campaign=夏祭り" }, { campaign: "y6svd4bbxn" }],
  ["names in capitals", { query: "UTM_CAMPAIGN=qf&Team=esp" }, { campaign: "qf", team: "ESP" }],
  [
    "names after &amp;",
    { query: "x=1&amp;utm_campaign=qf&amp;amp;team=esp" },
    { campaign: "qf", team: "ESP" },
  ],
  ["a second ?", { query: "user=u1?utm_campaign=qf&team=esp" }, { campaign: "qf", team: "ESP" }],
  ["two ? at the start", { query: "?utm_campaign=qf" }, { campaign: "qf" }],
  ["an encoded ?", { query: "%3Futm_campaign%3Dqf%26team%3Desp" }, { campaign: "qf", team: "ESP" }],
  ["encoded separators", { query: "utm_source=x%26utm_campaign%3Dqf" }, { campaign: "qf" }],
  ["semicolons", { query: "utm_source=x;utm_campaign=qf;team=esp" }, { campaign: "qf", team: "ESP" }],
  ["a semicolon in a value", { query: "utm_campaign=a;b" }, { campaign: "a-b" }],
  ["what was encoded twice", { query: "utm_campaign=summer%2520sale" }, { campaign: "summer-sale" }],
  [
    "Japanese encoded twice",
    { query: `utm_campaign=${encodeURIComponent(encodeURIComponent("夏祭り"))}` },
    { campaign: "y6svd4bbxn" },
  ],
  ["a percent sign", { query: "utm_campaign=100%25%20off" }, { campaign: "100-off" }],
  [
    "escapes of JavaScript's escape()",
    { query: "utm_campaign=%u590F%u796D%u308A" },
    { campaign: "y6svd4bbxn" },
  ],
  ["a list", { query: "utm_campaign[]=qf&team[0]=esp" }, { campaign: "qf", team: "ESP" }],
  ["a byte order mark", { query: "%EF%BB%BFutm_campaign=%EF%BB%BFqf" }, { campaign: "qf" }],
  [
    "no parameters of another address",
    { query: "redirect=https://a.example/?utm_campaign=qf&referrer=b.example?utm_campaign=sf" },
    { campaign: "none" },
  ],
  ["no placeholder", { query: "utm_campaign={{campaign.name}}&campaign=qf" }, { campaign: "qf" }],
  ["no campaign of Google Analytics", { query: "utm_campaign=(direct)" }, { campaign: "none" }],
  ["no click id that is none", { query: "gclid=undefined&utm_medium=email" }, { entry: "email" }],
  ["no source that is none", { query: "utm_source=(not+set)&utm_medium=null" }, { entry: "direct" }],
  ["a campaign that begins with none", { query: "utm_campaign=none+of+us" }, { campaign: "none-of-us" }],
  ["a placeholder before a value", { query: "team=null&team=ESP" }, { team: "ESP" }],
  ["a quoted team in the link", { query: "team=%22ESP%22" }, { team: "ESP" }],
  // Cookies as libraries write them.
  ["a team in JSON", { cookie: "team=%22ESP%22" }, { team: "ESP" }],
  ["a team in JSON, encoded twice", { cookie: "team=%2522ESP%2522" }, { team: "ESP" }],
  ["a team in JSON, written twice", { cookie: "team=%22%5C%22ESP%5C%22%22" }, { team: "ESP" }],
  [
    "a team of Express",
    { cookie: "team=j%3A%7B%22code%22%3A%22ESP%22%2C%22name%22%3A%22Spain%22%7D" },
    { team: "ESP" },
  ],
  ["a list of one team", { cookie: "team=%5B%22ESP%22%5D" }, { team: "ESP" }],
  ["a team in single quotes", { cookie: "team=%27ESP%27" }, { team: "ESP" }],
  ["a team in escaped quotes", { cookie: "team=%5C%22ESP%5C%22" }, { team: "ESP" }],
  ["a team in full width", { query: "team=ＥＳＰ" }, { team: "ESP" }],
  ["no event of nothing", { query: "utm_content=match-undefined" }, { event: "none" }],
  ["a click id after a second ?", { query: "utm_campaign=qf?gclid=x" }, { campaign: "qf", entry: "ad" }],
  ["no list of two teams", { cookie: "team=%5B%22ESP%22%2C%22BEL%22%5D" }, { team: "none" }],
  ["a signed team", { cookie: `team=s%3AESP.${"a".repeat(43)}` }, { team: "ESP" }],
  ["no null", { cookie: "team=null" }, { team: "none" }],
  ["no null in JSON", { cookie: "team=%22null%22" }, { team: "none" }],
  ["no undefined", { cookie: "team=undefined" }, { team: "none" }],
  ["no NaN", { cookie: "team=NaN" }, { team: "none" }],
  ["a code that reads like one", { cookie: "team=NAN" }, { team: "NAN" }],
  ["no unfilled macro as a region", { query: "region={{country}}", country: "ES" }, { region: "ES" }],
])("reads %s", (_, request, expected) => {
  expect(signalsOf(request)).toMatchObject(expected);
});

test("traces each signal once, with its source", () => {
  const { sources } = traceOf({
    query: "team=ESP",
    referer: landing("utm_campaign=qf&event=m98"),
    profile: FAN,
    mobile: "?1",
    country: "ES",
  });
  expect(sources).toEqual({
    team: "ESP from parameter team",
    entry: "internal from referrer, our own play.example",
    campaign: "qf from landing parameter utm_campaign",
    event: "m98 from landing parameter event",
    affinity: "football from cookie spillway_viewer",
    recency: "fresh from cookie spillway_viewer",
    depth: "deep from cookie spillway_viewer",
    device: "mobile from header Sec-CH-UA-Mobile",
    region: "ES from platform country",
  });
});

const PARAMETER_NAMES = [
  "team",
  "region",
  "referrer",
  "utm_source",
  "utm_medium",
  "utm_campaign",
  "utm_id",
  "utm_content",
  "campaign",
  "event",
  "match",
  "title",
  "item",
  "gclid",
  "fbclid",
  "user",
];
/** Any UTF-16 text, including lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom(
    "%",
    "%E0%A4%A",
    "a".repeat(20_000),
    "none",
    "NONE",
    "__proto__",
    "x".repeat(64),
    "ESP",
    "-",
    "_",
  ),
);
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...PARAMETER_NAMES), text), fc.oneof(text, fc.webUrl())))
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));
const encodedQuery = fc
  .array(fc.tuple(fc.constantFrom(...PARAMETER_NAMES), fc.oneof(text, fc.webUrl())))
  .map((pairs) => new URLSearchParams(pairs).toString());
const referrer = fc.oneof(
  text,
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.oneof(query, encodedQuery).map(landing),
  text.map((rest) => `https://${rest}`),
  text.map((rest) => `android-app://${rest}`),
);
const cookie = fc.oneof(
  text,
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom("team", "spillway_entry"), text), text))
    .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("; ")),
  fc.tuple(text, text).map((fields) => `spillway_entry=${fields.join(".")}`),
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

test("gives valid signals for any request, and never throws", () => {
  fc.assert(
    fc.property(
      fc.oneof(query, encodedQuery),
      fc.record({
        referer: maybe(referrer),
        cookie: maybe(cookie),
        "user-agent": maybe(text),
        "sec-fetch-site": maybe(fc.oneof(text, fc.constantFrom("same-site", "same-origin"))),
        "sec-ch-ua-mobile": maybe(fc.oneof(text, fc.constantFrom("?0", "?1"))),
      }),
      maybe(text),
      (search, headers, country) => {
        const url = new URL(`${HOST}/recommendations`);
        url.search = search;
        const header = (name: string) => (headers as Record<string, string | undefined>)[name];
        const seen: string[] = [];
        const traced = readSignals({ url, header, country }, (signal) => seen.push(signal));
        expect(seen).toEqual(SIGNAL_NAMES);
        expect(signalsSchema.safeParse(traced).error).toBeUndefined();
        expect(readSignals({ url, header, country })).toEqual(traced);
      },
    ),
    { numRuns: 500 },
  );
});
