import { describe, expect, test } from "vitest";
import { formatServed, SERVED_AS, SERVED_REASONS } from "@spillway/shared/protocol/served.ts";
import { describeServed, parseServed } from "./served.js";

const PERSONALIZED = "personalized for this viewer";

describe("parseServed", () => {
  test.each([
    [
      'cluster;reason=over-threshold;cluster="esp.social.casual";generation=42;age=17',
      { as: "cluster", reason: "over-threshold", cluster: "esp.social.casual", generation: 42, ageS: 17 },
    ],
    ["individual", { as: "individual" }],
    [" generic ; reason=forced ; flag", { as: "generic", reason: "forced" }],
    ['cluster;cluster="a\\"b;c"', { as: "cluster", cluster: 'a"b;c' }],
    ["cluster;generation=-1;age=soon", { as: "cluster" }],
    ['cluster;reason=rule;cluster="open', { as: "cluster", reason: "rule" }],
    [null, undefined],
    ["", undefined],
    ["toString;reason=rule", undefined],
    ["%%%", undefined],
  ])("reads %s", (header, expected) => {
    expect(parseServed(header)).toEqual(expected);
  });

  test("reads back all that the service writes", () => {
    for (const as of SERVED_AS) {
      const served = {
        as,
        reason: "deadline",
        cluster: "esp",
        assigned: "esp.ad",
        standsInFor: "search",
        generation: 7,
        ageS: 3,
        viewer: "cookie",
      } as const;
      expect(parseServed(formatServed(served))).toEqual(served);
    }
  });
});

describe("describeServed", () => {
  test("says rung and reason in words, and the details after them", () => {
    const served = parseServed(
      'cluster;reason=over-threshold;cluster="esp.social.casual";generation=42;age=17',
    );
    expect(describeServed(served, 9.4)).toEqual({
      headline: "Cluster page — origin over its threshold",
      details: ["esp.social.casual", "generation 42", "17 s old", "answered in 9 ms"],
    });
  });

  test("says of those alone that a page is theirs who have one of their own, and how the edge knew them", () => {
    const stranger = 'individual;reason=admitted;cluster="esp";generation=2;age=0';
    expect(describeServed(parseServed(stranger), 1).details).not.toContain(PERSONALIZED);
    for (const as of SERVED_AS)
      expect(describeServed({ as, reason: "admitted" }, 1).details).not.toContain(PERSONALIZED);
    expect(describeServed(parseServed(`${stranger};viewer="origin"`), 1).details.slice(0, 2)).toEqual([
      PERSONALIZED,
      "the origin knows this viewer’s history",
    ]);
    const tailored = describeServed(
      parseServed('tailored;reason=origin-unreachable;cluster="esp";viewer="cookie"'),
      3,
    );
    expect(tailored).toEqual({
      headline: "Tailored at the edge — origin out of reach",
      details: [
        "personalized for this viewer",
        "knows this viewer by the cookie in this browser",
        "esp",
        "answered in 3 ms",
      ],
    });
    expect(describeServed(parseServed('tailored;reason=forced;viewer="map"'), 1).details).toContain(
      "knows this viewer by the viewer map",
    );
  });

  test("has words for every reason, and shows one that it does not know as it is", () => {
    const bare = describeServed({ as: "generic" }, 1).headline;
    const words = new Set(
      SERVED_REASONS.map((reason) => describeServed({ as: "generic", reason }, 1).headline),
    );
    expect(words.size).toBe(SERVED_REASONS.length);
    for (const headline of words) expect(headline).toMatch(new RegExp(`^${bare} — .* .*`));
    expect(describeServed({ as: "generic", reason: "sun-spots" }, 1).headline).toBe(
      "Generic page — sun-spots",
    );
  });

  test("names the cluster that a parent stands in for", () => {
    const served = parseServed('parent;reason=deadline;cluster="esp";assigned="esp.ad";age=7300');
    expect(describeServed(served, 1).details).toEqual([
      "esp",
      "in place of esp.ad",
      "2 h old",
      "answered in 1 ms",
    ]);
  });

  test("says that the page is not what was asked for", () => {
    const served = parseServed('generic;reason=deadline;cluster="generic";stands-in-for="search"');
    expect(describeServed(served, 1).details).toContain("not what was asked for: search");
  });

  test("says that an answer without the header is unknown", () => {
    expect(describeServed(undefined, 3).headline).toContain("does not say");
  });
});
