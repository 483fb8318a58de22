import { describe, expect, it } from "vitest";
import { createDraws } from "../fleet/draws.ts";
import { DEFAULT_FLEET } from "../fleet/options.ts";
import { RequestQueues } from "./request-queues.ts";

/** Each instance gives ten answers a second of exactly 2 ms work. */
const fleet = { ...DEFAULT_FLEET, serviceLeastMs: 2, serviceMeanMs: 2 };
const queues = (queueLimit: number) =>
  new RequestQueues({ fleet, perInstancePerSec: 10, queueLimit }, createDraws(1));

describe("RequestQueues", () => {
  it("answers in the order of arrival, one after the other", () => {
    const queue = queues(100);
    expect([queue.enqueue(1, 0), queue.enqueue(1, 0), queue.enqueue(1, 50)]).toEqual([2, 102, 202]);
  });

  it("refuses a request when the queue is full", () => {
    const queue = queues(2);
    expect([1, 2, 3].map(() => queue.enqueue(1, 0))).toEqual([2, 102, 202]);
    expect(queue.enqueue(1, 0)).toBeUndefined();
    expect(queue.enqueue(1, 100)).toBe(302);
  });

  it("works for clients who have left before it serves later ones", () => {
    const queue = queues(1000);
    for (let request = 0; request < 100; request += 1) queue.enqueue(1, 0);
    expect(queue.enqueue(1, 5000)).toBe(10_002);
  });

  it("uses the shorter of two randomly drawn queues", () => {
    const queue = queues(1000);
    const readyMs = Array.from({ length: 1000 }, () => queue.enqueue(100, 0) ?? Number.NaN);
    // Each of the 100 queues gets ten on average. With one random queue instead of two, the longest would
    // have about 20.
    expect(Math.max(...readyMs)).toBeLessThan(1402);
  });
});
