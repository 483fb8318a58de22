import fc from "fast-check";
import { expect, test } from "vitest";
import { EventHeap } from "./event-heap.ts";

test("events come out by their time, whatever order they were added in", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (times) => {
      const heap = new EventHeap<number>();
      for (const atMs of times) heap.push(atMs, atMs);
      const popped = times.map(() => {
        const nextMs = heap.nextMs;
        const event = heap.pop();
        expect(event).toBe(nextMs);
        return event;
      });
      expect(popped).toEqual(times.toSorted((a, b) => a - b));
      expect(heap.nextMs).toBe(Number.POSITIVE_INFINITY);
      expect(() => heap.pop()).toThrow(/empty/);
    }),
  );
});
