import { expect, test } from "vitest";
import { Tally } from "./tally.ts";

test("puts each user into one class, and counts users and calls of each band", () => {
  const tally = new Tally();
  // Always individual, in two bands.
  tally.note(0, 0);
  tally.note(2, 0);
  tally.endUser();
  // The user gets an individual page twice by day, and a cluster page once in prime time.
  tally.note(1, 0);
  tally.note(1, 0);
  tally.note(2, 1);
  tally.endUser();
  // Never.
  tally.note(2, 2);
  tally.note(2, 1);
  tally.endUser();
  expect(tally.result()).toEqual({
    users: { fully: 1, partly: 1, none: 1 },
    usersEver: { cluster: 2, generic: 1 },
    calls: { individual: 4, cluster: 2, generic: 1 },
    bands: [
      { users: 1, usersHit: 0, calls: 1, callsHit: 0 },
      { users: 1, usersHit: 0, calls: 2, callsHit: 0 },
      { users: 3, usersHit: 2, calls: 4, callsHit: 3 },
    ],
  });
});
