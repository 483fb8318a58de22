import { expect, test } from "vitest";
import { arrivalAfter, NO_ARRIVAL, type Arrival } from "./arrival.ts";

const HOME = "a".repeat(16);
const AWAY = "b".repeat(16);

test("an id keeps the network of its first event and its best proof, and loses both to a token", () => {
  const first = arrivalAfter(undefined, [
    { proof: "none", network: HOME, receivedMs: 5 },
    { proof: "none", network: AWAY, receivedMs: 7 },
  ]);
  expect(first).toEqual({ proof: "none", network: HOME, arrivedMs: 5, seenMs: 7 });
  const known = arrivalAfter(first, [{ proof: "cookie", network: AWAY, receivedMs: 9 }]);
  expect(known).toEqual({ proof: "cookie", network: HOME, arrivedMs: 5, seenMs: 9 });
  expect(arrivalAfter(known, [{ proof: "none", network: AWAY, receivedMs: 10 }])).toMatchObject({
    proof: "cookie",
  });
  const trusted = arrivalAfter(known, [{ receivedMs: 11 }]);
  expect(trusted).toEqual({ proof: null, network: null, arrivedMs: 5, seenMs: 11 });
  expect(arrivalAfter(trusted, [{ proof: "none", network: AWAY, receivedMs: 12 }])).toEqual({
    ...trusted,
    seenMs: 12,
  });
});

test("an import stays an import, whoever posts for its ids", () => {
  expect(arrivalAfter(NO_ARRIVAL, [{ proof: "none", network: AWAY, receivedMs: 1 }])).toEqual(NO_ARRIVAL);
});

test("no event changes nothing", () => {
  const known: Arrival = { proof: "none", network: HOME, arrivedMs: 1, seenMs: 2 };
  expect(arrivalAfter(known, [])).toEqual(known);
  expect(arrivalAfter(undefined, [])).toEqual(NO_ARRIVAL);
});
