import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { RequestContext } from "../request/request-context.ts";
import { createRefreshedValue, type Loaded } from "./refreshed-value.ts";

const CYCLE_MS = 1000;
const loaded = (value: string): Loaded<string> => ({ kind: "loaded", value });
const unknown: Loaded<string> = { kind: "unknown" };

/** A store that answers when it is told to. */
function slowStore() {
  const pending: ((answer: Loaded<string>) => void)[] = [];
  const behind: Promise<unknown>[] = [];
  const { promise: never } = Promise.withResolvers<Loaded<string>>();
  let silent = false;
  return {
    load: () => (silent ? never : new Promise<Loaded<string>>((resolve) => void pending.push(resolve))),
    goSilent: () => (silent = true),
    loads: () => pending.length,
    answer: async (at: number, answer: Loaded<string>) => {
      pending[at]?.(answer);
      await Promise.all(behind);
    },
    requestAt: (nowMs: number): RequestContext => ({ nowMs, waitUntil: (work) => void behind.push(work) }),
  };
}

describe("a refreshed value", () => {
  test("is waited for on the first read, by all requests that come meanwhile", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const reads = [value.read(store.requestAt(0), 5000), value.read(store.requestAt(1), 5000)];
    await store.answer(0, loaded("a"));
    expect([await reads[0], await reads[1]]).toEqual(["a", "a"]);
    expect(store.loads()).toBe(1);
  });

  test("is given at once when younger than half a cycle, without asking the store", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const first = value.read(store.requestAt(0), 5000);
    await store.answer(0, loaded("a"));
    await first;
    expect(await value.read(store.requestAt(499), 5000)).toBe("a");
    expect(store.loads()).toBe(1);
  });

  test("is refreshed behind the response when older than that", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const first = value.read(store.requestAt(0), 5000);
    await store.answer(0, loaded("a"));
    await first;
    expect(await value.read(store.requestAt(500), 5000)).toBe("a");
    expect(await value.read(store.requestAt(501), 5000)).toBe("a");
    expect(store.loads()).toBe(2);
    await store.answer(1, loaded("b"));
    expect(await value.read(store.requestAt(502), 5000)).toBe("b");
  });

  test("is waited for after a whole cycle that no request kept it fresh in", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const first = value.read(store.requestAt(0), 5000);
    await store.answer(0, loaded("a"));
    await first;
    const late = value.read(store.requestAt(1000), 5000);
    await store.answer(1, loaded("b"));
    expect(await late).toBe("b");
  });

  test("stays as it was when a refresh brings nothing, which is not tried again before half a cycle", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const first = value.read(store.requestAt(0), 5000);
    await store.answer(0, loaded("a"));
    await first;
    const late = value.read(store.requestAt(2000), 5000);
    await store.answer(1, unknown);
    expect(await late).toBe("a");
    expect(await value.read(store.requestAt(2499), 5000)).toBe("a");
    expect(store.loads()).toBe(2);
    await value.read(store.requestAt(2500), 5000);
    expect(store.loads()).toBe(3);
  });

  test("costs the first request alone its wait when the store is silent", async () => {
    const store = slowStore();
    store.goSilent();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const value = createRefreshedValue(store.load, CYCLE_MS);
    let given = false;
    const first = Promise.resolve(value.read(store.requestAt(0), 20, 60)).finally(() => (given = true));
    await vi.advanceTimersByTimeAsync(59);
    expect(given).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toBeUndefined();
    // No timer goes on from here: a read that waited would never end.
    for (const nowMs of [60, 499, 500, 999, 1001]) {
      expect(await value.read(store.requestAt(nowMs), 5000)).toBeUndefined();
    }
  });

  test("is not overwritten by an older load that ends late", async () => {
    const store = slowStore();
    const value = createRefreshedValue(store.load, CYCLE_MS);
    const first = value.read(store.requestAt(0), 1);
    await first;
    const second = value.read(store.requestAt(500), 1);
    await second;
    const third = value.read(store.requestAt(2000), 5000);
    store.answer(2, loaded("new")).catch(() => undefined);
    expect(await third).toBe("new");
    store.answer(0, loaded("old")).catch(() => undefined);
    expect(await value.read(store.requestAt(2001), 5000)).toBe("new");
  });
});
