import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createEventQueue } from "./event-queue.js";

type Outcome = { kind: "taken" } | { kind: "refused" } | { kind: "kept"; retryAfterMs?: number };
type Sent = { readonly query: string; readonly ids: readonly string[] };

function read(query: string, body: string): Sent {
  return { query, ids: (JSON.parse(body) as { events: { id: string }[] }).events.map(({ id }) => id) };
}

function queueAnswering(answer: (sent: Sent) => Outcome, beaconTaken = true) {
  const sent: Sent[] = [];
  const beacons: Sent[] = [];
  const queue = createEventQueue({
    post: (query, body) => {
      const request = read(query, body);
      sent.push(request);
      return Promise.resolve(answer(request));
    },
    beacon: (query, body) => {
      beacons.push(read(query, body));
      return beaconTaken;
    },
  });
  const add = (from: number, to: number, query = "user=u42"): void => {
    for (let at = from; at <= to; at += 1)
      queue.add(query, { id: String(at), type: "impression", item: "i" });
  };
  return { queue, add, sent, beacons };
}

const taken = (): Outcome => ({ kind: "taken" });
const idsOf = (sent: readonly Sent[]): string[] => sent.flatMap(({ ids }) => ids);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("sending", () => {
  test("waits two seconds for company", async () => {
    const { add, sent } = queueAnswering(taken);
    add(1, 3);
    await vi.advanceTimersByTimeAsync(1900);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(sent).toEqual([{ query: "user=u42", ids: ["1", "2", "3"] }]);
  });

  test("does not wait with twenty", async () => {
    const { add, sent } = queueAnswering(taken);
    add(1, 20);
    await vi.advanceTimersByTimeAsync(0);
    expect(idsOf(sent)).toHaveLength(20);
  });

  test("keeps the events of different views in different requests, in order", async () => {
    const { queue, add, sent } = queueAnswering(taken);
    add(1, 2, "user=u42");
    add(3, 3, "user=u7");
    add(4, 4, "user=u42");
    expect(await queue.flush()).toBe("sent");
    expect(sent).toEqual([
      { query: "user=u42", ids: ["1", "2"] },
      { query: "user=u7", ids: ["3"] },
      { query: "user=u42", ids: ["4"] },
    ]);
  });
});

describe("when the service cannot take them", () => {
  test("keeps the events and sends them once it can", async () => {
    let up = false;
    const { queue, add, sent } = queueAnswering(() => (up ? { kind: "taken" } : { kind: "kept" }));
    add(1, 2);
    expect(await queue.flush()).toBe("kept");
    add(3, 3);
    up = true;
    sent.length = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(idsOf(sent)).toEqual(["1", "2", "3"]);
  });

  test("waits as long as it was asked to", async () => {
    const { queue, add, sent } = queueAnswering(() => ({ kind: "kept", retryAfterMs: 60_000 }));
    add(1, 1);
    await queue.flush();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(4000);
    expect(sent).toHaveLength(2);
  });

  test("keeps no more than 500, the newest", async () => {
    let up = false;
    const { queue, add, sent } = queueAnswering(() =>
      up ? { kind: "taken" } : { kind: "kept", retryAfterMs: 1e9 },
    );
    add(1, 1);
    await queue.flush();
    add(2, 600);
    up = true;
    sent.length = 0;
    await queue.flush();
    expect(idsOf(sent)).toEqual(Array.from({ length: 500 }, (_, at) => String(at + 101)));
  });

  test("drops what is refused and goes on with the rest", async () => {
    const { queue, add, sent } = queueAnswering(({ query }) => ({
      kind: query === "bad" ? "refused" : "taken",
    }));
    add(1, 1, "bad");
    add(2, 2);
    expect(await queue.flush()).toBe("refused");
    expect(await queue.flush()).toBe("sent");
    expect(idsOf(sent)).toEqual(["1", "2"]);
  });
});

describe("on leaving", () => {
  test("hands everything to beacons", async () => {
    const { queue, add, sent, beacons } = queueAnswering(taken);
    add(1, 3);
    add(4, 4, "user=u7");
    queue.leave();
    await vi.advanceTimersByTimeAsync(5000);
    expect(idsOf(beacons)).toEqual(["1", "2", "3", "4"]);
    expect(sent).toEqual([]);
  });

  test("keeps what no beacon takes", async () => {
    const { queue, add, sent } = queueAnswering(taken, false);
    add(1, 3);
    queue.leave();
    await vi.advanceTimersByTimeAsync(5000);
    expect(idsOf(sent)).toEqual(["1", "2", "3"]);
  });
});
