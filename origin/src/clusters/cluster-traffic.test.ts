import { expect, onTestFinished, test } from "vitest";
import { temporaryPath } from "@spillway/store/test/test-database.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { createTrafficReader } from "./cluster-traffic.ts";

const NOW_MS = Date.parse("2026-07-10T12:00:00Z");

test("whoever asks soon gets the reading that there is, and a failed one is tried again", async () => {
  const log = openServingLog(temporaryPath());
  onTestFinished(log.close);
  let monotonicMs = 0;
  const read = createTrafficReader(log.sqlite, () => monotonicMs);
  const first = read(NOW_MS);
  expect(read(NOW_MS)).toBe(first);
  await first;
  monotonicMs = 1999;
  expect(read(NOW_MS)).toBe(first);
  monotonicMs = 2000;
  const second = read(NOW_MS);
  expect(second).not.toBe(first);
  // What took long is kept for long.
  monotonicMs = 3000;
  await second;
  monotonicMs = 52_999;
  expect(read(NOW_MS)).toBe(second);
  monotonicMs = 53_000;
  log.sqlite.exec("ALTER TABLE reports RENAME TO away");
  await expect(read(NOW_MS)).rejects.toThrow("reports");
  log.sqlite.exec("ALTER TABLE away RENAME TO reports");
  expect((await read(NOW_MS)).byCluster.size).toBe(0);
});
