import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { putProfiles } from "@spillway/store/profiles/profiles.ts";
import { expect, onTestFinished, test } from "vitest";
import { seededFile } from "./seeded-file.ts";

const OPTIONS = { users: 60, items: 100, seed: 1 };

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "seeded-test-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

function profilesIn(path: string): unknown[] {
  const database: Database = openDatabase(path);
  try {
    return database.sqlite.prepare("SELECT user, hex(history), signals FROM profiles ORDER BY rowid").all();
  } finally {
    database.close();
  }
}

test("a store that is kept is seeded once, and what is measured is a copy", async () => {
  const kept = folder();
  const { signal } = new AbortController();
  const first = await seededFile(folder(), kept, OPTIONS, signal);
  const before = profilesIn(first.path);
  expect(before).toHaveLength(OPTIONS.users);
  expect(first.entries).toBeGreaterThan(OPTIONS.users);
  const measured = openDatabase(first.path);
  const gone = { user: "user-0", history: Buffer.alloc(0), signals: null, visits: 1, updatedMs: 0 };
  putProfiles(measured, [{ ...gone, source: "import" }]);
  measured.close();
  const second = await seededFile(folder(), kept, OPTIONS, signal);
  expect(profilesIn(second.path)).toEqual(before);
  expect(second).toEqual({ ...first, path: second.path });
});

test("seeding that was interrupted goes on from there the next time", async () => {
  const kept = folder();
  const options = { ...OPTIONS, users: 50_060 };
  const interrupted = AbortSignal.abort(new Error("stopped"));
  await expect(seededFile(folder(), kept, options, interrupted)).rejects.toThrow("stopped");
  const whole = await seededFile(folder(), kept, options, new AbortController().signal);
  const rows = profilesIn(whole.path) as { user: string }[];
  expect(new Set(rows.map(({ user }) => user)).size).toBe(options.users);
});
