import { expect, test } from "vitest";
import { fetchReasonOf, reasonOf } from "./reason-of.ts";

test.each([
  [new Error("disk full"), "disk full"],
  ["just text", "just text"],
  [undefined, "undefined"],
])("reasonOf(%j)", (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});

test.each([
  [new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") }), "connect ECONNREFUSED"],
  // Node throws this for a name with several addresses: an AggregateError without a message.
  [
    new TypeError("fetch failed", { cause: Object.assign(new Error(""), { code: "ECONNREFUSED" }) }),
    "ECONNREFUSED",
  ],
  [new TypeError("fetch failed", { cause: new Error("") }), "fetch failed"],
  [new Error("aborted"), "aborted"],
  ["just text", "just text"],
])("fetchReasonOf(%j)", (error, reason) => {
  expect(fetchReasonOf(error)).toBe(reason);
});
