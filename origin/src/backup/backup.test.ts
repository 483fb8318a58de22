import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import Sqlite from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { createUserHash, ownerTagOf } from "@spillway/shared/protocol/user-hash.ts";
import { isStorageBusy, openDatabase } from "@spillway/store/database.ts";
import { putDocument } from "@spillway/store/documents.ts";
import { SERVING_LOG_FILE, STORE_FILE } from "@spillway/store/folder/swap-data.ts";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { erasuresDocument } from "@spillway/store/events/viewer-erasures.ts";
import { insertEvents } from "@spillway/store/events/events.ts";
import { eraseUserData, readUserData } from "../identity/user-data.ts";
import { foldNewEvents } from "../pipeline/ingest/fold-events.ts";
import { sqliteOperatorStore } from "@spillway/store/operators/sqlite-operator-store.ts";
import { acquireLease } from "@spillway/store/leases.ts";
import { startGeneration } from "@spillway/store/pages/generations.ts";
import { publishedHashes, recordPublished } from "@spillway/store/pages/published.ts";
import { openServingLog } from "../serving-log/serving-log.ts";
import { BackupError } from "./backup-error.ts";
import { holdMoment } from "./one-moment.ts";
import { restoreBackup, type RestoreReport } from "./restore-backup.ts";
import { workFolderOf, writeBackup, type BackupReport } from "./write-backup.ts";

const HASH = createUserHash("a-key-of-sixteen-characters");
const LOAD = fileURLToPath(new URL("../../test/backup-load.ts", import.meta.url));

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "spillway-backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function backUp(
  dataDirectory: string,
  file: string,
  more: Partial<Parameters<typeof writeBackup>[0]> = {},
): Promise<BackupReport> {
  const silent = { onStep: () => undefined, onWait: () => undefined };
  return writeBackup({ dataDirectory, file, force: false, waitMs: 10_000, ...silent, ...more });
}

function restore(dataDirectory: string, file: string, nowMs = Date.now()): Promise<RestoreReport> {
  return restoreBackup({ dataDirectory, file, nowMs, userHash: () => HASH, onStep: () => undefined });
}

/** A data folder whose store says `text`. */
function folderSaying(text: string): string {
  const folder = temporaryFolder();
  const database = openDatabase(join(folder, STORE_FILE));
  putDocument(database, "text", text, 1);
  database.close();
  openServingLog(join(folder, SERVING_LOG_FILE)).close();
  return folder;
}

function textOf(folder: string): string {
  const database = openDatabase(join(folder, STORE_FILE));
  const text = database.sqlite.prepare("SELECT json FROM documents WHERE key = 'text'").pluck().get();
  database.close();
  return JSON.parse(String(text)) as string;
}

function value(sqlite: Sqlite.Database, sql: string): number {
  return Number(sqlite.prepare(sql).pluck().get() ?? 0);
}

function reportOf(users: readonly string[]): ServingReport {
  const record = { minute: 1, context: "homepage", as: "cluster", reason: "over-threshold" } as const;
  const rest = {
    cluster: "c",
    country: "ES",
    network: "n",
    agent: "tv",
    calls: 1,
    version: 1,
    slow: 0,
  } as const;
  const records = users.map((user) => ({ ...record, ...rest, user: HASH(user) }));
  return { isolate: "i", sequence: 0, part: 0, parts: 1, totals: { calls: 3, lost: 0 }, records };
}

async function startLoad(folder: string, role: "write" | "fold"): Promise<ChildProcess> {
  const child = spawn(process.execPath, [LOAD, folder, role], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (role === "write") await once(child.stdout, "data");
  return child;
}

describe("a backup under load", () => {
  test("has both databases as of one moment, whatever is written meanwhile", async () => {
    const source = temporaryFolder();
    await startLoad(source, "write");
    await startLoad(source, "fold");
    let before = 0;
    for (let round = 0; round < 8; round += 1) {
      const file = join(temporaryFolder(), "backup.tar");
      await backUp(source, file);
      const target = temporaryFolder();
      await restore(target, file);
      const store = new Sqlite(join(target, STORE_FILE), { readonly: true });
      const log = new Sqlite(join(target, SERVING_LOG_FILE), { readonly: true });
      const events = value(store, "SELECT count(*) FROM events");
      const cursor = value(store, "SELECT max(json ->> 'seq') FROM documents WHERE key = 'fold-cursor'");
      const reports = value(log, "SELECT count(*) FROM reports");
      // Another count, which tells of events that are missing in the middle or there twice.
      expect(value(store, "SELECT max(time_ms) + 1 FROM events")).toBe(events);
      expect([events, events - 1]).toContain(reports);
      expect(value(log, "SELECT sum(arrived) FROM isolates")).toBe(reports);
      expect(cursor).toBeLessThanOrEqual(value(store, "SELECT max(seq) FROM events"));
      expect(value(store, "SELECT count(*) FROM profiles")).toBe(
        value(store, `SELECT count(*) FROM events WHERE seq <= ${cursor}`),
      );
      expect(events).toBeGreaterThanOrEqual(before);
      before = events;
      store.close();
      log.close();
    }
    expect(before).toBeGreaterThan(100);
  });

  test("fixes the moment with the writers held, so that no write is in one database and not in the other", async () => {
    const source = temporaryFolder();
    await startLoad(source, "write");
    for (let round = 0; round < 400; round += 1) {
      using moment = await holdMoment(source, 10_000, () => undefined);
      const events = moment.value("SELECT count(*) FROM events");
      const reports = moment.value("SELECT count(*) FROM log.reports");
      expect([events, events - 1]).toContain(reports);
    }
  });

  test("waits for a process that holds the write lock, and says so when it takes too long", async () => {
    const source = folderSaying("a");
    const holder = openDatabase(join(source, STORE_FILE));
    holder.sqlite.exec("BEGIN IMMEDIATE");
    const file = join(temporaryFolder(), "backup.tar");
    await expect(backUp(source, file, { waitMs: 50 })).rejects.toMatchObject({ problem: "busy" });
    const waiting = backUp(source, file);
    holder.sqlite.exec("ROLLBACK");
    await waiting;
    holder.close();
    expect(readdirSync(join(file, ".."))).toEqual(["backup.tar"]);
  });
});

describe("the file of a backup", () => {
  test("is for its owner alone, and one plain tar", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    const report = await backUp(folderSaying("a"), file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(report.bytes).toBe(statSync(file).size);
    expect(readFileSync(file).toString("latin1", 0, 13)).toBe("manifest.json");
  });

  test("replaces none that is there, unless it is told to", async () => {
    const source = folderSaying("new");
    const file = join(temporaryFolder(), "backup.tar");
    writeFileSync(file, "precious");
    await expect(backUp(source, file)).rejects.toThrow(`${file} is there already`);
    expect(readFileSync(file, "utf8")).toBe("precious");
    await backUp(source, file, { force: true });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const target = temporaryFolder();
    await restore(target, file);
    expect(textOf(target)).toBe("new");
  });

  test("is never one of the data folder's own", async () => {
    const source = folderSaying("a");
    for (const name of [STORE_FILE, `${SERVING_LOG_FILE}-wal`, "store.lock"]) {
      const own = backUp(source, join(source, name), { force: true });
      await expect(own).rejects.toMatchObject({ problem: "usage" });
    }
    expect(textOf(source)).toBe("a");
  });

  test.each(["no/such/folder/backup.tar", "."])("cannot be %s", async (path) => {
    const wrong = backUp(folderSaying("a"), join(temporaryFolder(), path));
    await expect(wrong).rejects.toMatchObject({ problem: "usage" });
  });

  test("is not written for what is no store of Spillway", async () => {
    for (const [content, problem] of [
      ["", "usage"],
      ["no database at all ".repeat(1000), "failed"],
    ] as const) {
      const source = temporaryFolder();
      writeFileSync(join(source, STORE_FILE), content);
      const file = join(temporaryFolder(), "backup.tar");
      await expect(backUp(source, file)).rejects.toMatchObject({ name: "BackupError", problem });
      expect(existsSync(file)).toBe(false);
    }
  });

  test("is not written for a damaged database", async () => {
    const source = folderSaying("a");
    const store = new Sqlite(join(source, STORE_FILE));
    store.unsafeMode(true);
    store.pragma("writable_schema = ON");
    store.exec("UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'profiles'");
    store.close();
    const file = join(temporaryFolder(), "backup.tar");
    await expect(backUp(source, file)).rejects.toThrow(/spillway\.db is damaged, and was not backed up/);
    expect(existsSync(file)).toBe(false);
    expect(existsSync(workFolderOf(file))).toBe(false);
  });
});

describe("a restore", () => {
  test("replaces the data, and keeps what was there aside", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("backed up"), file);
    const target = folderSaying("before");
    const { aside = "" } = await restore(target, file, 1000);
    expect(textOf(target)).toBe("backed up");
    expect(textOf(aside)).toBe("before");
    // Another one within the same second overwrites nothing.
    expect((await restore(target, file, 1000)).aside).not.toBe(aside);
    expect(textOf(aside)).toBe("before");
  });

  test("of a store without a serving log leaves none", async () => {
    const source = folderSaying("a");
    rmSync(join(source, SERVING_LOG_FILE));
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(source, file);
    const target = folderSaying("b");
    await restore(target, file);
    expect(existsSync(join(target, SERVING_LOG_FILE))).toBe(false);
  });

  test("is refused while anybody uses the data folder", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("backed up"), file);
    const target = folderSaying("before");
    for (const open of [
      () => openDatabase(join(target, STORE_FILE)),
      () => openDatabase(join(target, STORE_FILE), { readonly: true }),
      () => openServingLog(join(target, SERVING_LOG_FILE)),
    ]) {
      const user = open();
      await expect(restore(target, file)).rejects.toMatchObject({ problem: "busy" });
      user.close();
    }
    expect(textOf(target)).toBe("before");
  });

  test("is told to who opens the data meanwhile", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("backed up"), file);
    const target = folderSaying("before");
    const told: unknown[] = [];
    await restoreBackup({
      dataDirectory: target,
      file,
      nowMs: 1,
      userHash: () => HASH,
      onStep: () => {
        try {
          openDatabase(join(target, STORE_FILE)).close();
        } catch (error) {
          told.push(error);
        }
      },
    });
    expect(told.length).toBeGreaterThan(2);
    expect(String(told[0])).toContain("is being restored");
    expect(isStorageBusy(told[0])).toBe(false);
  });

  test("goes on with numbers that were never given, and takes nothing for published", async () => {
    const source = folderSaying("a");
    const store = openDatabase(join(source, STORE_FILE));
    const nowMs = Date.now();
    const first = startGeneration(store, "test", nowMs);
    recordPublished(store, [{ key: "page:homepage:a", contentHash: "a" }], nowMs);
    acquireLease(store, "publisher", "pid 1", 1e9, nowMs);
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(source, file);
    // What happens after the backup, and is lost.
    const last = [0, 1, 2].map(() => startGeneration(store, "test", nowMs)).at(-1) ?? 0;
    putDocument(store, "text", "b", 2);
    recordPublished(store, [{ key: "page:homepage:b", contentHash: "b" }], nowMs);
    store.close();
    await restore(source, file, nowMs + 60_000);
    const restored = openDatabase(join(source, STORE_FILE));
    onTestFinished(() => restored.close());
    expect(startGeneration(restored, "test", nowMs)).toBeGreaterThan(Math.max(last, first + 60));
    expect(publishedHashes(restored)).toEqual(
      new Map([
        ["page:homepage:a", ""],
        ["page:homepage:b", ""],
      ]),
    );
    expect(putDocument(restored, "text", "c", 3)).toBeGreaterThan(2);
    expect(acquireLease(restored, "publisher", "another", 1, nowMs)).toEqual({ ok: true });
  });

  test("does not bring back whose data was erased after the backup", async () => {
    const source = temporaryFolder();
    const store = openDatabase(join(source, STORE_FILE));
    const servingLog = openServingLog(join(source, SERVING_LOG_FILE));
    const users = ["kept", "erased", "erased-too"];
    const play = { type: "play", item: "film", timeMs: 1 } as const;
    insertEvents(
      store,
      users.map((user) => ({ ...play, id: `event of ${user}`, user })),
      1,
    );
    foldNewEvents(store, { seqOfItem: () => 1, clockOffsetMs: 0 }, 1);
    servingLog.store(reportOf(users), 1);
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(source, file);
    const later = Date.now() + 1000;
    for (const user of users.slice(1)) {
      eraseUserData({ database: store, servingLog, hashUser: HASH }, user, later);
    }
    servingLog.close();
    store.close();
    expect(await restore(source, file, later)).toMatchObject({ erasedAgain: 2, holds: { events: 3 } });
    const restored = openDatabase(join(source, STORE_FILE));
    const log = openServingLog(join(source, SERVING_LOG_FILE));
    onTestFinished(() => [restored, log].forEach(({ close }) => close()));
    const left = users.map((user) =>
      readUserData({ database: restored, servingLog: log, hashUser: HASH }, user),
    );
    expect(
      left.map(({ events, profile, servingLog: records }) => [events.length, profile?.user, records.length]),
    ).toEqual([
      [1, "kept", 1],
      [0, undefined, 0],
      [0, undefined, 0],
    ]);
    // Browsers still have to hear of it.
    const tags = users.slice(1).map((user) => ownerTagOf(HASH(user)));
    expect(erasuresDocument(restored, later)?.erased.map(([tag]) => tag)).toEqual(tags.toSorted());
    // What they did before, and comes late from a queue, is not stored either.
    const late = users.map((user) => ({ ...play, id: `late of ${user}`, user }));
    expect(insertEvents(restored, late, later)).toEqual({ inserted: 1, duplicates: 0 });
  });

  test("undoes no revocation, ends the console's sessions, and shortens no audit log", async () => {
    const folder = folderSaying("then");
    const database = openDatabase(join(folder, STORE_FILE));
    const { tokens, sessions } = sqliteOperatorStore(database);
    const create = async (name: string) => {
      const made = await tokens.create({ name, role: "operator", by: "admin", nowMs: 1 });
      if (made.kind !== "created") throw new Error("the name is taken");
      return made;
    };
    const [kept, revoked] = [await create("kept"), await create("revoked")];
    const session = { name: "kept", role: "operator", createdMs: 1, expiresMs: 1e15 } as const;
    await sessions.begin({ ...session, id: "s1", grantedFor: kept.token.id }, undefined);
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folder, file);
    const entry = {
      atMs: 2,
      by: "admin",
      role: "admin",
      via: "admin-token",
      address: undefined,
      action: "token.revoke",
      subject: "token revoked",
    } as const;
    await tokens.revoke("revoked", 2, entry);
    const later = await create("later");
    database.close();

    await restore(folder, file);
    const restored = openDatabase(join(folder, STORE_FILE));
    onTestFinished(() => restored.close());
    const after = sqliteOperatorStore(restored);
    const found = [kept, revoked, later].map(({ secret }) => after.tokens.find(secret, 3));
    expect((await Promise.all(found)).map((token) => token?.name)).toEqual(["kept", undefined, "later"]);
    expect(await after.sessions.find("s1", 3)).toBeUndefined();
    expect((await after.audit.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(["token revoked"]);
    expect(await after.audit.append(entry)).toBe(2);
  });

  test("keeps a rollout ended that has ended since, and gives its number to nobody", async () => {
    const folder = folderSaying("x");
    const database = openDatabase(join(folder, STORE_FILE));
    const { routing, rollouts } = sqliteOperatorStore(database);
    const bands = [{ name: "all day", from: "00:00", threshold_per_s: 9 }];
    const inForce = { time_zone: "UTC", mode: "auto" as const, deadline_ms: 250, bands, rules: [] };
    const pushed = { routing: inForce, source: "" };
    await routing.put({ value: pushed, nowMs: 1 });
    const begun = await rollouts.begin({
      candidate: pushed,
      shares: [1],
      everyMs: 1,
      guards: [],
      stages: [],
      begunMs: 1,
      note: undefined,
      by: undefined,
      expectedVersion: 1,
    });
    if (begun.kind !== "begun") throw new Error("nothing is in the way");
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folder, file);
    await rollouts.put({ ...begun.rollout, end: { how: "aborted", atMs: 2, reason: "bad" } });
    expect(await routing.put({ value: pushed, nowMs: 3 })).toMatchObject({ version: 3 });
    database.close();

    await restore(folder, file);
    const restored = openDatabase(join(folder, STORE_FILE));
    onTestFinished(() => restored.close());
    const after = sqliteOperatorStore(restored);
    expect((await after.rollouts.latest())?.end?.how).toBe("aborted");
    expect((await after.routing.current())?.version).toBe(1);
    expect(await after.routing.put({ value: pushed, nowMs: 4 })).toMatchObject({ version: 4 });
  });

  test("replaces a store that is damaged beyond reading", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("backed up"), file);
    const target = temporaryFolder();
    writeFileSync(join(target, STORE_FILE), "no database at all".repeat(1000));
    await restore(target, file);
    expect(textOf(target)).toBe("backed up");
  });
});

describe("a file that is no sound backup changes nothing, and is told why", () => {
  const cases: Readonly<Record<string, [spoil: (file: string) => void, reason: RegExp]>> = {
    "an empty file": [(file) => truncateSync(file), /is no backup of Spillway/],
    text: [(file) => writeFileSync(file, "hello ".repeat(500)), /is no backup of Spillway/],
    "a compressed one": [(file) => writeFileSync(file, gzipSync(readFileSync(file))), /uncompressed/],
    "a database": [
      (file) => copyFileSync(join(folderSaying("x"), STORE_FILE), file),
      /is no backup of Spillway/,
    ],
    "cut off in the manifest": [(file) => truncateSync(file, 700), /is no backup of Spillway/],
    "cut off before the first database": [(file) => truncateSync(file, 1536), /is damaged: it is cut off/],
    "cut off in a database": [(file) => truncateSync(file, 100_000), /is damaged: it is cut off/],
    "cut off between the databases": [
      (file) => truncateSync(file, readFileSync(file).indexOf(SERVING_LOG_FILE, 2000)),
      /is damaged: it is cut off: serving-log\.db is missing/,
    ],
    "a changed byte": [(file) => flip(file, 60_000), /the SHA-256 of spillway\.db is not the one/],
    "a changed header": [(file) => flip(file, 1536 + 10), /is damaged/],
    "of a newer format": [
      (file) => substitute(file, '"formatVersion": 1', '"formatVersion": 9'),
      /written by a newer version of Spillway \(format 9; this one reads 1\)/,
    ],
    "of a newer database": [
      (file) => substitute(file, /"schemaMs": \d{13}/, '"schemaMs": 9999999999999'),
      /written by a newer version of Spillway, whose database has a migration of 2286-11-20/,
    ],
    "without the store": [
      (file) => substitute(file, '"name": "spillway.db"', '"name": "serving-log"'),
      /is no backup of Spillway/,
    ],
    "another tar": [(file) => substitute(file, "manifest.json", "manifest.jsox"), /is no backup of Spillway/],
  };
  test.each(Object.entries(cases))("%s", async (_, [spoil, reason]) => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("backed up"), file);
    spoil(file);
    const target = folderSaying("before");
    const failure: unknown = await restore(target, file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BackupError);
    expect(String(failure)).toMatch(reason);
    expect(String(failure)).toContain(file);
    expect(textOf(target)).toBe("before");
    expect(readdirSync(target).filter((entry) => entry.startsWith("restore"))).toEqual([]);
  });
});

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** Keeps the length, and the checksum of the tar header where it is its own. */
function substitute(file: string, what: string | RegExp, by: string): void {
  const bytes = readFileSync(file);
  const head = bytes.toString("latin1", 0, 1536).replace(what, by);
  bytes.write(head, 0, "latin1");
  const sum = bytes.subarray(0, 512).reduce((a, b, at) => a + (at >= 148 && at < 156 ? 32 : b), 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  writeFileSync(file, bytes);
}

/** Runs `script` in a process that kills itself at its n-th change of the file system. */
async function runAndKill(script: string, nth: number): Promise<"killed" | "ended"> {
  const program = `
    import fs from "node:fs";
    import { syncBuiltinESMExports } from "node:module";
    let changes = 0;
    for (const name of ["renameSync", "rmSync", "linkSync"]) {
      const real = fs[name];
      fs[name] = (...args) => {
        changes += 1;
        if (changes === ${nth}) process.kill(process.pid, "SIGKILL");
        return real(...args);
      };
    }
    syncBuiltinESMExports();
    ${script}`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  if (signal === "SIGKILL") return "killed";
  expect(code).toBe(0);
  return "ended";
}

describe("killed in the middle", () => {
  test("a restore leaves the old data or the new at each of its steps, and the next one works", async () => {
    const file = join(temporaryFolder(), "backup.tar");
    await backUp(folderSaying("new"), file);
    const seen = new Set<string>();
    for (let nth = 1; ; nth += 1) {
      const target = folderSaying("old");
      const outcome = await runAndKill(
        `const { restoreBackup } = await import(${JSON.stringify(new URL("restore-backup.ts", import.meta.url).href)});
         await restoreBackup({ dataDirectory: ${JSON.stringify(target)}, file: ${JSON.stringify(file)}, nowMs: 1, userHash() {}, onStep() {} });`,
        nth,
      );
      const found = textOf(target);
      expect(["old", "new"]).toContain(found);
      seen.add(found);
      // The serving log goes with its store.
      openServingLog(join(target, SERVING_LOG_FILE)).close();
      await restore(target, file);
      expect(textOf(target)).toBe("new");
      if (outcome === "ended") break;
    }
    expect(seen).toEqual(new Set(["old", "new"]));
  }, 600_000);

  test("a backup leaves nothing under the file's name, and the next one clears what is left", async () => {
    const source = folderSaying("data");
    for (let nth = 1; ; nth += 1) {
      const folder = temporaryFolder();
      const file = join(folder, "backup.tar");
      const outcome = await runAndKill(
        `const { writeBackup } = await import(${JSON.stringify(new URL("write-backup.ts", import.meta.url).href)});
         await writeBackup({ dataDirectory: ${JSON.stringify(source)}, file: ${JSON.stringify(file)}, force: false, waitMs: 1, onStep() {}, onWait() {} });`,
        nth,
      );
      if (existsSync(file)) await restore(temporaryFolder(), file);
      await backUp(source, file, { force: true });
      expect(readdirSync(folder)).toEqual(["backup.tar"]);
      if (outcome === "ended") break;
    }
  }, 600_000);
});
