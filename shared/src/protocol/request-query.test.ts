import { describe, expect, test } from "vitest";
import { ANYBODY } from "./restrictions.ts";
import { readCluster, readQuery, refuseUnknownContext } from "./request-query.ts";

function read(search: string) {
  return readQuery(new URLSearchParams(search));
}

describe("readQuery", () => {
  test.each([
    ["", { user: undefined, context: "homepage", subject: undefined }],
    ["user=u42&context=live", { user: "u42", context: "live", subject: undefined }],
    ["user=a&user=b", { user: "a", context: "homepage", subject: undefined }],
    ["cluster=anything&item=i1", { user: undefined, context: "homepage", subject: undefined }],
    [
      "context=similar&item=i1",
      { user: undefined, context: "similar", subject: { name: "item", value: "i1" } },
    ],
    [
      "context=search&q=%20goal%20",
      { user: undefined, context: "search", subject: { name: "q", value: "goal" } },
    ],
    // Words for nothing are nobody, quotes are not part of an id, and nothing is appended to one.
    ["user=undefined&context=null", { user: undefined, context: "homepage", subject: undefined }],
    ["user=null&user=u42", { user: undefined, context: "homepage", subject: undefined }],
    ["user=[object Object]", { user: undefined, context: "homepage", subject: undefined }],
    ["user=None", { user: undefined, context: "homepage", subject: undefined }],
    ["user={{user_id}}", { user: undefined, context: "homepage", subject: undefined }],
    ["user=%22u42%22", { user: "u42", context: "homepage", subject: undefined }],
    ["user=%22null%22", { user: undefined, context: "homepage", subject: undefined }],
    ["user=u42?utm_source=x", { user: "u42", context: "homepage", subject: undefined }],
    ["user=u42&context=live?utm_source=x", { user: "u42", context: "live", subject: undefined }],
    ["user=undefined-42", { user: "undefined-42", context: "homepage", subject: undefined }],
    ["user=a%252Fb", { user: "a%2Fb", context: "homepage", subject: undefined }],
    ["context=search&q=null", { user: undefined, context: "search", subject: { name: "q", value: "null" } }],
  ])("reads %j", (search, query) => {
    expect(read(search)).toEqual({ kind: "query", query: { ...query, audience: ANYBODY } });
  });

  test.each([
    ["rating=12", { country: undefined, ageLimit: 12 }],
    ["rating=0&country=gb", { country: "GB", ageLimit: 0 }],
    ["context=search&q=a&country=XK&rating=21", { country: "XK", ageLimit: 21 }],
    ["rating=undefined&country=null", ANYBODY],
    // A gateway passes on what its platform says.
    ["country=XX", ANYBODY],
    ["country=T1", ANYBODY],
  ])("reads the audience of %j", (search, audience) => {
    expect(read(search)).toMatchObject({ kind: "query", query: { audience } });
  });

  test.each([
    ["user=", "user"],
    [`user=${"x".repeat(129)}`, "user"],
    ["user=a%0Ab", "user"],
    ["context=", "context"],
    ["context=Home Page", "context"],
    ["context=%E0%A4%A", "context"],
    ["rating=", "rating"],
    ["rating=PG-13", "rating"],
    ["rating=18+", "rating"],
    ["rating=-1", "rating"],
    ["rating=22", "rating"],
    ["rating=1e1", "rating"],
    ["country=UK", "country"],
    ["country=GBR", "country"],
    ["country=", "country"],
    ["context=similar", "item"],
    ["context=similar&item=", "item"],
    ["context=similar&item=undefined", "item"],
    ["context=search", "q"],
    ["context=search&q=%20", "q"],
    [`context=search&q=${"x".repeat(201)}`, "q"],
  ])("refuses %j, naming %s", (search, key) => {
    expect(read(search)).toMatchObject({ kind: "refused", status: 400, key });
  });
});

describe("refuseUnknownContext", () => {
  test.each(["homepage", "similar", "search"])("accepts %s", (context) => {
    expect(refuseUnknownContext(context, ["homepage"])).toBeUndefined();
  });

  test("lists the contexts there are", () => {
    expect(refuseUnknownContext("radio", ["homepage", "live"])).toMatchObject({
      status: 404,
      key: "context",
      reason: '"radio" is not a context; there are homepage, live, similar, search',
    });
  });
});

describe("readCluster", () => {
  test.each([
    ["", undefined],
    ["cluster=esp.social", "esp.social"],
    ["cluster=undefined", undefined],
  ])("reads %j", (search, cluster) => {
    expect(readCluster(new URLSearchParams(search))).toBe(cluster);
  });

  test.each(["cluster=", "cluster=../etc", `cluster=${"x".repeat(65)}`])("refuses %j", (search) => {
    expect(readCluster(new URLSearchParams(search))).toMatchObject({ status: 400, key: "cluster" });
  });
});
