import { expect, test } from "vitest";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import { parseViewers } from "../fleet/viewers.ts";
import { compareOrders } from "./compare-orders.ts";
import { MOVIELENS_1M } from "./retention.ts";

const FLEET = {
  ...DEFAULT_FLEET,
  thresholdPerSec: 200,
  locations: 50,
  viewers: parseViewers("new=0.3,cookie=0.5,tv=0.2"),
};

test("the order gives televisions the budget, and costs nothing of it", () => {
  const { withOrder, withoutOrder } = compareOrders(FLEET, { base: 0.5, peak: 10 }, MOVIELENS_1M);
  expect(withOrder.viewers.tv.individual).toBeGreaterThan(3 * withoutOrder.viewers.tv.individual);
  expect(withOrder.viewers.new.individual).toBeLessThan(0.3 * withoutOrder.viewers.new.individual);
  expect(withOrder.individual).toBeGreaterThan(0.97 * withoutOrder.individual);
  expect(withOrder.cookieOnly).toBeGreaterThan(withoutOrder.cookieOnly);
});

test("at twice the threshold televisions get theirs, those with a cookie most of the rest, and tailoring the others", () => {
  const { withOrder, withoutOrder } = compareOrders(FLEET, { base: 0.5, peak: 2 }, MOVIELENS_1M);
  expect(withOrder.viewers.tv.individual).toBeGreaterThan(0.9);
  expect(withOrder.viewers.cookie.individual).toBeGreaterThan(2 * withOrder.viewers.new.individual);
  expect(withOrder.untailored).toBeGreaterThan(withoutOrder.untailored + 0.05);
  expect(withOrder.quality).toBeGreaterThan(0.95);
});
