import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { KvError } from "../../kv/kv-namespace.ts";
import { memoryKv, type MemoryKv } from "../../kv/memory.ts";
import type { Database } from "@spillway/store/database.ts";
import { upsertItems } from "@spillway/store/catalogue/items.ts";
import { getDocument, putDocument } from "@spillway/store/documents.ts";
import { announceWriter } from "@spillway/store/holders.ts";
import { acquireLease, releaseLease } from "@spillway/store/leases.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import type { FromPipeline } from "./messages.ts";
import { acquirePublisherLease } from "./publisher-lease.ts";
import { startScheduler, type Scheduler } from "./scheduler.ts";

/** The machine may be busy: what takes milliseconds gets seconds. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, 10_000);

let database: Database;
let kv: MemoryKv;
let sent: Exclude<FromPipeline, { type: "progress" | "viewers" }>[];
let scheduler: Scheduler | undefined;

function item(id: string, fields: Partial<Item> = {}): Item {
  return { id, title: id, kind: "movie", genres: [], teams: [], takenDown: false, ...fields };
}

beforeEach(() => {
  database = openForTest();
  kv = memoryKv();
  sent = [];
  upsertItems(database, [item("a"), item("b")], "import", Date.now());
});

afterEach(() => scheduler?.stop());

function start(cadenceMs: number, namespace = kv, now = Date.now): void {
  scheduler = startScheduler({
    database,
    kv: namespace,
    now,
    cadenceMs,
    send: (message) => {
      if (message.type !== "progress" && message.type !== "viewers") sent.push(message);
    },
  });
}

const reasons = (): string[] =>
  sent.map((message) =>
    message.type === "done"
      ? `${message.report.kind}: ${message.report.reason}`
      : `failed: ${"error" in message ? message.error : message.type}`,
  );

describe("the scheduler", () => {
  test("begins with a full cycle, and follows its audience with the cadence", async () => {
    start(30);
    await soon(() =>
      expect(reasons().slice(0, 3)).toEqual(["full: start", "followed: cadence", "followed: cadence"]),
    );
  });

  test("refreshes pages alone when it is asked to, without waiting for the cadence", async () => {
    start(3_600_000);
    await soon(() => expect(sent).toHaveLength(1));
    upsertItems(database, [item("a", { takenDown: true })], "api", Date.now() + 1);
    scheduler?.refresh("catalogue");
    await soon(() => expect(reasons()).toEqual(["full: start", "pages: catalogue"]));
    expect(kv.pairs.get("page:homepage:generic")?.value).not.toContain('"id":"a"');
  });

  test("refreshes when an item's window closes", async () => {
    const startMs = Date.now();
    const closesMs = startMs + 1000;
    upsertItems(
      database,
      [item("b", { availableUntil: new Date(closesMs).toISOString() })],
      "api",
      startMs + 1,
    );
    // The window is open until the first cycle has ended, however long that takes, and closes within the next
    // pause.
    let looks = 0;
    start(3_600_000, kv, () => {
      if (sent.length === 0) return startMs;
      looks += 1;
      return looks === 1 ? closesMs - 10 : closesMs;
    });
    await soon(() => expect(reasons()).toContain("pages: an item's window opened or closed"));
    expect(kv.pairs.get("page:homepage:generic")?.value).not.toContain('"id":"b"');
  });

  test("reports a cycle that fails, and the next one runs soon after", async () => {
    let failures = 2;
    const failing = {
      ...kv,
      putMany: (pairs: Parameters<MemoryKv["putMany"]>[0]) =>
        (failures -= 1) >= 0 ? Promise.reject(new KvError("KV is away")) : kv.putMany(pairs),
    };
    start(50, failing);
    await soon(() =>
      expect(reasons().slice(0, 3)).toEqual(["failed: KV is away", "failed: KV is away", "followed: start"]),
    );
    expect(kv.pairs.size).toBeGreaterThan(0);
  });
});

describe("the publisher's lease", () => {
  test("is one process's at a time; the second is told who holds it", async () => {
    // This test's own parent is alive and not us.
    acquireLease(database, "publisher", `background pipeline, pid ${process.ppid}`, 60_000, Date.now());
    await expect(acquirePublisherLease(database, "spillway publish", 0)).rejects.toThrow(
      `background pipeline, pid ${process.ppid}, is publishing for 0 s now`,
    );
  });

  test("is waited for, and its holder's progress is told meanwhile", async () => {
    const other = `background pipeline, pid ${process.ppid}`;
    acquireLease(database, "publisher", other, 60_000, Date.now());
    putDocument(database, "publisher-progress", { holder: other, stage: "pages", done: 3, total: 9 }, 1);
    const told: unknown[] = [];
    const lease = await acquirePublisherLease(database, "spillway publish", 60_000, ({ progress }) => {
      told.push(progress);
      releaseLease(database, "publisher", other);
    });
    expect(told).toEqual([expect.objectContaining({ stage: "pages", done: 3, total: 9 })]);
    lease.heartbeat("train", 1, 2);
    lease.release();
    const own = getDocument(database, "publisher-progress", (value) => value);
    expect(own?.value).toMatchObject({ stage: "train", done: 1, total: 2 });
  });

  test("cannot be had while another process writes, which is named", async () => {
    const path = temporaryPath();
    const [writer, own] = [openForTest(path), openForTest(path)];
    using _ = announceWriter(writer, "spillway import");
    writer.sqlite.exec("BEGIN IMMEDIATE");
    const asked = acquirePublisherLease(own, "spillway publish", 0);
    await expect(asked).rejects.toThrow(
      `spillway import, pid ${process.pid}, has been writing to the database for 0 s`,
    );
    writer.sqlite.exec("ROLLBACK");
    (await acquirePublisherLease(own, "spillway publish", 0)).release();
  });

  test("of a process that was killed is taken over at once", async () => {
    acquireLease(database, "publisher", "background pipeline, pid 4194303", 60_000, Date.now());
    const lease = await acquirePublisherLease(database, "spillway publish", 0);
    // Ours now: nobody else can have it, until it is released.
    expect(acquireLease(database, "publisher", "another", 60_000, Date.now()).ok).toBe(false);
    lease.release();
    expect(acquireLease(database, "publisher", "another", 60_000, Date.now()).ok).toBe(true);
  });
});
