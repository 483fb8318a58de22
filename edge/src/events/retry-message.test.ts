import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { readConfig } from "../env.ts";
import { retryDelayS } from "./retry-message.ts";

const MAX_RETRIES = 100;
const DAY_S = 24 * 3600;

test.each([
  [1, 20],
  [2, 22],
  [3, 24],
  [12, 57],
  [13, 60],
  [100, 60],
])("waits after attempt %i for %i s", (attempts, seconds) => {
  expect(retryDelayS(attempts, 20, 60)).toBe(seconds);
});

test("outlasts by default the four days that a queue keeps a message", () => {
  const { retryBaseS, retryCapS } = readConfig(env);
  let waitedS = 0;
  for (let attempt = 1; attempt <= MAX_RETRIES; attempt += 1) {
    const delayS = retryDelayS(attempt, retryBaseS, retryCapS);
    // So much later than the origin's return the message comes, at most.
    expect(delayS).toBeLessThanOrEqual(retryBaseS + 0.1 * waitedS + attempt);
    waitedS += delayS;
  }
  expect(waitedS / DAY_S).toBeGreaterThan(4);
});
