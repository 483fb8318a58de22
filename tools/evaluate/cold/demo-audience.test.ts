import { NO_SIGNALS } from "@spillway/shared/signals/signals.ts";
import { expect, test } from "vitest";
import { countUsers } from "@spillway/model/profile/histories.ts";
import { divideDemo } from "./demo-audience.ts";

test("learns from four fifths of the demo, and knows of the others only their request and what they want", async () => {
  const { audience, visitors, catalogue, available } = await divideDemo(100);
  expect(countUsers(audience.histories)).toBe(80);
  expect(visitors.length).toBeGreaterThan(10);
  expect(visitors.length).toBeLessThanOrEqual(20);
  for (const { signals, wanted } of visitors) {
    const { affinity, recency, depth } = signals;
    expect({ ...NO_SIGNALS, affinity, recency, depth }).toEqual(NO_SIGNALS);
    expect(wanted.size).toBeGreaterThan(0);
    for (const row of wanted) expect([catalogue[row] !== undefined, available[row]]).toEqual([true, true]);
  }
  expect(visitors.some(({ signals }) => signals.team !== NO_SIGNALS.team)).toBe(true);
});
