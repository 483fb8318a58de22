import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runCommand } from "../../test/run-command.ts";

const SPILLWAY = fileURLToPath(new URL("../main.ts", import.meta.url));

function setUp() {
  const path = temporaryPath();
  const folder = mkdtempSync(join(tmpdir(), "spillway-backup-command-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    database: openForTest(path),
    folder,
    file: join(folder, "a backup.tar"),
    environment: { SPILLWAY_DATA: dirname(path) },
    run: (...args: string[]) => runCommand(args, { SPILLWAY_DATA: dirname(path) }),
  };
}

test("writes and restores, and says what and how long", async () => {
  const { database, file, run } = setUp();
  const made = await run("backup", file);
  expect(made).toMatchObject({ code: 0 });
  expect(made.stdout).toMatch(
    /^Backed up 0 items, 0 profiles and 0 events as of 20\S+Z to .*a backup\.tar \(/,
  );
  expect(made.stderr).toContain("copying spillway.db …\n");
  const inUse = await run("restore", file);
  expect(inUse).toMatchObject({ code: 3, stdout: "" });
  expect(inUse.stderr).toMatch(/is in use by a running origin.*Nothing was changed\.\n$/);
  database.close();
  const restored = await run("restore", file, "--json");
  expect(restored).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(restored.stdout)).toMatchObject({ format: "spillway-backup", erasedAgain: 0, file });
});

test("names what is wrong, with its exit code, and shows no stack", async () => {
  const { database, file, folder, run } = setUp();
  await run("backup", file);
  database.close();
  const ended = await Promise.all(
    [
      ["backup"],
      ["backup", file],
      ["backup", folder],
      ["restore", join(folder, "none.tar")],
      ["restore", SPILLWAY],
    ].map((args) => run(...args)),
  );
  expect(ended.map(({ code }) => code)).toEqual([2, 2, 2, 2, 1]);
  for (const { stdout, stderr } of ended) {
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(/^ {4}at /m);
  }
  const nothing = await runCommand(["backup", join(folder, "new.tar")], { SPILLWAY_DATA: folder });
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining("nothing to back up") });
});

test("that is killed or interrupted leaves nothing under the file's name", async () => {
  const { database, file, folder, environment, run } = setUp();
  database.sqlite.exec(
    `CREATE TABLE large (x); INSERT INTO large SELECT zeroblob(4000) FROM
       (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n)`,
  );
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    const child = spawn(process.execPath, [SPILLWAY, "backup", file], {
      env: { ...process.env, ...environment },
      stdio: "ignore",
    });
    const ended = once(child, "close");
    await vi.waitFor(() => expect(existsSync(join(`${file}.partial`, "spillway.db"))).toBe(true), {
      timeout: 60_000,
      interval: 1,
    });
    child.kill(signal);
    await ended;
    expect(readdirSync(folder)).toEqual(signal === "SIGTERM" ? [] : ["a backup.tar.partial"]);
  }
  expect(await run("backup", file)).toMatchObject({ code: 0 });
  expect(readdirSync(folder)).toEqual(["a backup.tar"]);
});
