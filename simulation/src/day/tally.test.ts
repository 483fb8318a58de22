import { expect, test } from "vitest";
import { Tally } from "./tally.ts";

test("puts each user into one class, and counts users and calls of each band", () => {
  const tally = new Tally();
  // This user is always served individually, in two bands.
  tally.add(0, 0);
  tally.add(2, 0);
  tally.endUser();
  // This user is served individually at times: twice by day, but in prime time with a cluster page.
  tally.add(1, 0);
  tally.add(1, 0);
  tally.add(2, 1);
  tally.endUser();
  // This user is never served individually.
  tally.add(2, 2);
  tally.add(2, 1);
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
