import { describe, expect, test } from "vitest";
import { itemSchema } from "./catalogue.ts";
import { toIssues } from "./zod-issues.ts";

function read(fields: Readonly<Record<string, unknown>>) {
  const parsed = itemSchema.safeParse({ id: "i1", title: "A title", kind: "movie", ...fields });
  return parsed.success ? parsed.data : toIssues(parsed.error);
}

describe("an item's territories", () => {
  test.each<[unknown, unknown]>([
    [{ allowed: ["GB", "IE"] }, { allowed: ["GB", "IE"] }],
    [{ allowed: ["ie", "gb", "GB"] }, { allowed: ["GB", "IE"] }],
    [{ denied: ["us"] }, { denied: ["US"] }],
    [{ allowed: ["GB"], denied: [] }, { allowed: ["GB"] }],
    [["GB", "IE"], { allowed: ["GB", "IE"] }],
    [["!US", "!ca"], { denied: ["CA", "US"] }],
    [["xk"], { allowed: ["XK"] }],
  ])("%j are %j", (territories, read_) => {
    expect(read({ territories })).toMatchObject({ territories: read_ });
  });

  test.each<[unknown, RegExp]>([
    [{ allowed: ["UK"] }, /"UK" is no country code of ISO 3166-1 alpha-2, such as GB: write GB/],
    [{ allowed: ["GB"], denied: ["US"] }, /not both/],
    [["GB", "!US"], /not both/],
    [{}, /at least one country/],
    [{ allowed: [] }, /at least one country/],
    [{ allow: ["GB"] }, /must be \{"allowed"/],
    ["GB", /must be \{"allowed"/],
    [["EU"], /"EU" is no country code/],
    [["GBR"], /"GBR" is no country code/],
    [[""], /"" is no country code/],
    [["!"], /"" is no country code/],
    [["ﬁ"], /is no country code/],
  ])("%j are refused", (territories, reason) => {
    expect(read({ territories })).toEqual([
      { key: "territories", reason: expect.stringMatching(reason) as string },
    ]);
  });
});

describe("an item's age rating", () => {
  test.each([0, 12, 21])("%d is taken", (ageRating) => {
    expect(read({ ageRating })).toMatchObject({ ageRating });
  });

  test.each<unknown>([-1, 22, 12.5, "PG-13", "12", null, Number.NaN])("%j is refused", (ageRating) => {
    const reason = "must be a least age in whole years, 0–21, such as 12";
    expect(read({ ageRating })).toEqual([{ key: "ageRating", reason }]);
  });
});
