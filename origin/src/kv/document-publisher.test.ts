import { expect, onTestFinished, test, vi } from "vitest";
import { createDocumentPublisher } from "./document-publisher.ts";
import { KvError, type KvNamespace } from "./kv-namespace.ts";
import { memoryKv } from "./memory.ts";

/** The machine may be busy: what takes milliseconds gets seconds. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, 10_000);

function setUp(failures = 0) {
  const memory = memoryKv();
  const refused: string[] = [];
  let left = failures;
  const kv: KvNamespace = {
    ...memory,
    putMany: (pairs) => {
      left -= 1;
      return left >= 0 ? Promise.reject(new KvError("KV is away")) : memory.putMany(pairs);
    },
  };
  const publisher = createDocumentPublisher({
    kv,
    retryMs: 10,
    check: (_, json) => (json === "bad" ? [{ key: "field", reason: "must be good" }] : []),
    onRefused: (key, reason) => refused.push(`${key} ${reason}`),
  });
  onTestFinished(() => publisher.stop());
  return { publisher, memory, refused };
}

test("publishes at once, and not again what is there already", async () => {
  const { publisher, memory } = setUp();
  expect(await publisher.publish("routing", "1")).toEqual({ published: true });
  await publisher.publish("routing", "1");
  expect(memory.writes).toEqual(["routing"]);
  await publisher.publish("routing", "2");
  await publisher.publish("routing", "1");
  expect(memory.pairs.get("routing")?.value).toBe("1");
});

test("writes again what KV has lost", async () => {
  const { publisher, memory } = setUp();
  await publisher.publish("routing", "1");
  await memory.deleteMany(["routing"]);
  await publisher.publish("routing", "1");
  expect(memory.pairs.get("routing")?.value).toBe("1");
});

test("says why it failed, and repeats until KV has taken the newest", async () => {
  const { publisher, memory } = setUp(3);
  expect(await publisher.publish("routing", "1")).toEqual({ published: false, reason: "KV is away" });
  void publisher.publish("routing", "2");
  void publisher.publish("editorial", "e");
  await soon(() => expect(memory.pairs.get("routing")?.value).toBe("2"));
  await soon(() => expect(memory.pairs.get("editorial")?.value).toBe("e"));
  expect(memory.writes.filter((key) => key === "routing")).toHaveLength(1);
});

test("publishes nothing that serving could not rely on, and says what is wrong with it", async () => {
  const { publisher, memory, refused } = setUp();
  await publisher.publish("routing", "1");
  const reason = "routing is not published, since no edge would take it: field must be good";
  expect(await publisher.publish("routing", "bad")).toEqual({ published: false, reason });
  expect(refused).toEqual([reason]);
  expect(memory.pairs.get("routing")?.value).toBe("1");
});
