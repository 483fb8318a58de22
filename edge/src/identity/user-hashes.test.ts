import { expect, test } from "vitest";
import { createUserHash } from "@spillway/shared/protocol/user-hash.ts";
import { createUserHashes } from "./user-hashes.ts";

test("makes a user's hash once, and forgets who was asked for least recently", () => {
  const hashUser = createUserHash("a-secret-for-tests");
  const made: string[] = [];
  const hashes = createUserHashes((user) => {
    made.push(user);
    return hashUser(user);
  }, 400);
  for (const user of ["u1", "u2", "u1", "u3", "u1", "u2"]) expect(hashes.of(user)).toBe(hashUser(user));
  expect(made).toEqual(["u1", "u2", "u3", "u2"]);
  expect(hashes.size().entries).toBe(2);
  expect(hashes.size().bytes).toBeLessThanOrEqual(400);
});
