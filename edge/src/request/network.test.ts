import { expect, test } from "vitest";
import { networkOf, subscriberOf } from "./network.ts";

test.each([
  ["203.0.113.7", "203.0.113.0/24", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.0/24", "203.0.113.7"],
  ["2001:db8:77:1::9", "2001:db8:77::/48", "2001:db8:77:0::/56"],
  ["2001:DB8:77:12ff::9", "2001:db8:77::/48", "2001:db8:77:1200::/56"],
  ["2001:db8:77:1200:1:2:3:4", "2001:db8:77::/48", "2001:db8:77:1200::/56"],
  ["2001:0db8::1", "2001:db8:0::/48", "2001:db8:0:0::/56"],
  ["::1", "0:0:0::/48", "0:0:0:0::/56"],
  ["unknown", "", ""],
  ["", "", ""],
])("%s is of the network %s and the subscriber %s", (address, network, subscriber) => {
  expect(networkOf(address)).toBe(network);
  expect(subscriberOf(address)).toBe(subscriber);
});
