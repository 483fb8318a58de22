import { expect, onTestFinished, test, vi } from "vitest";
import { openForTest } from "@spillway/store/test/test-database.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { keepAudit } from "./keep-audit.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_000;

async function auditOf(daysAgo: readonly number[]) {
  const { audit } = sqliteOperatorStore(openForTest());
  for (const days of daysAgo)
    await audit.append({
      atMs: NOW_MS - days * DAY_MS,
      by: "ada",
      role: "operator",
      via: "token",
      address: undefined,
      action: "routing.push",
      subject: `routing ${days}`,
    });
  const left = async () => (await audit.list({ limit: 100 })).map(({ subject }) => subject);
  return { audit, left };
}

test("entries older than the days are dropped, at once and each hour", async () => {
  const { audit, left } = await auditOf([401, 400.01, 399.99, 0]);
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  let nowMs = NOW_MS;
  const stop = keepAudit({ audit, days: 400, now: () => nowMs, onError: expect.unreachable });
  await vi.waitFor(async () => expect(await left()).toEqual(["routing 0", "routing 399.99"]));
  nowMs += DAY_MS;
  vi.advanceTimersByTime(3_600_000);
  await stop();
  expect(await left()).toEqual(["routing 0"]);
});

test("0 keeps all, and a failure is told", async () => {
  const { audit, left } = await auditOf([4000]);
  await keepAudit({ audit, days: 0, now: () => NOW_MS, onError: expect.unreachable })();
  expect(await left()).toHaveLength(1);
  const reasons: string[] = [];
  await keepAudit({
    audit: { drop: () => Promise.reject(new Error("the disk is full")) },
    days: 1,
    now: () => NOW_MS,
    onError: (reason) => reasons.push(reason),
  })();
  expect(reasons).toEqual(["the disk is full"]);
});
