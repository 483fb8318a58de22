import { expect, test } from "vitest";
import { VISITOR_ID } from "@spillway/shared/protocol/wire.ts";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { createVisitorIds } from "./visitor-ids.ts";

const ids = createVisitorIds(createUserHash("a-secret-of-this-test"));

test("every issued id is a UUID of version 8, unlike any other, and recognised by its own secret alone", () => {
  const issued = Array.from({ length: 500 }, ids.issue);
  expect(new Set(issued).size).toBe(500);
  const other = createVisitorIds(createUserHash("another-secret-of-this-test"));
  for (const id of issued) {
    expect(`v_${id}`).toMatch(VISITOR_ID);
    expect(id).toMatch(/^.{14}8.{4}[89ab]/);
    expect(ids.isIssued(`v_${id}`)).toBe(true);
    expect(other.isIssued(`v_${id}`)).toBe(false);
  }
});

test("an id in which any digit was changed is invented", () => {
  const id = ids.issue();
  for (const [at, digit] of id.split("").entries()) {
    if (digit === "-") continue;
    const changed = `${id.slice(0, at)}${digit === "0" ? "1" : "0"}${id.slice(at + 1)}`;
    expect(ids.isIssued(`v_${changed}`)).toBe(false);
  }
});

test.each([
  "",
  "v_",
  "u42",
  crypto.randomUUID(),
  `v_${crypto.randomUUID()}`,
  `v_${ids.issue()}x`,
  ids.issue(),
])("%o is invented", (user) => {
  expect(ids.isIssued(user)).toBe(false);
});
