/** Every command beside a process that holds the write lock, the publisher's lease or the data folder. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { temporaryPath } from "@spillway/store/test/test-database.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { putDocument } from "@spillway/store/documents.ts";
import { acquireLease } from "@spillway/store/leases.ts";
import { runCommand } from "../test/run-command.ts";

const TOKENS = { EDGE_TOKEN: "test-edge-token-0123456789", ADMIN_TOKEN: "test-admin-token-0123456789" };
const UNUSED_PORT = "9";

function setUp() {
  const path = temporaryPath();
  const folder = dirname(path);
  const database = openDatabase(path);
  seedDemo(database, Date.now());
  database.close();
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return {
    path,
    folder,
    items: file("items.csv", "id,title\na,Alpha\n"),
    weights: file("weights.csv", "source,target,weight\na,a,1\n"),
    suspects: file("suspects.jsonl", '{"user":"user-1"}\n'),
    run: (...args: string[]) =>
      runCommand(args, {
        ...TOKENS,
        SPILLWAY_DATA: folder,
        ORIGIN_PORT: UNUSED_PORT,
        KV_API_BASE: `http://127.0.0.1:${UNUSED_PORT}`,
      }),
  };
}

function moduleOfStore(name: string): string {
  return JSON.stringify(fileURLToPath(new URL(`../../store/src/${name}`, import.meta.url)));
}

/** A process that has announced an import and holds the write lock until the test ends. */
async function holdWriteLock(path: string): Promise<number> {
  const script = `
    const { openDatabase } = await import(${moduleOfStore("database.ts")});
    const { announceWriter } = await import(${moduleOfStore("holders.ts")});
    const database = openDatabase(${JSON.stringify(path)});
    announceWriter(database, "spillway import");
    database.sqlite.exec("BEGIN IMMEDIATE");
    process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

describe("while another process writes, each command", () => {
  test("that writes says so in a sentence, and ends with 3", async () => {
    const { path, folder, items, weights, suspects, run } = setUp();
    const pid = await holdWriteLock(path);
    const commands = [
      ["import", "--items", items],
      ["model", "import", weights],
      ["model", "clear"],
      ["publish"],
      ["publish", "--wait", "1"],
      ["user", "erase", "user-1"],
      ["dead-letters", "drop", "no-such-letter"],
      ["suspects", "publish", suspects],
      ["suspects", "clear", "user-1"],
      ["backup", join(folder, "backup.tar"), "--wait", "0"],
      ["restore", items],
    ];
    const ended = await Promise.all(commands.map(async (args) => ({ args, ...(await run(...args)) })));
    for (const { args, code, stdout, stderr } of ended) {
      expect({ args, code, stdout }).toEqual({ args, code: 3, stdout: "" });
      expect(stderr).not.toMatch(/^ {4}at /m);
      const named = ["backup", "restore"].includes(args[0] ?? "") ? "" : `spillway import, pid ${pid}, `;
      const lines = stderr.trim().split("\n");
      expect(lines.at(-1)).toContain(named);
      expect(lines.at(-1)).toMatch(/\.( To wait for it: .*)?$/);
    }
  });

  test("that reads works", async () => {
    const { path, run } = setUp();
    await holdWriteLock(path);
    const commands = [
      ["clusters"],
      ["model"],
      ["explain", "http://localhost/?team=ESP"],
      ["user", "export", "demo-1"],
      ["dead-letters", "list"],
      ["suspects", "list"],
      ["report", "coverage"],
      ["report", "engagement"],
      ["report", "traffic"],
    ];
    const ended = await Promise.all(commands.map(async (args) => ({ args, ...(await run(...args)) })));
    for (const { args, stderr, code } of ended) {
      expect({ args, stderr }).not.toMatchObject({
        stderr: expect.stringMatching(/^ {4}at |busy|locked|writing/m),
      });
      expect(code).not.toBe(3);
    }
  });
});

describe("while another process publishes, publish", () => {
  test("says at once which one and what it does, and shows it while it waits", async () => {
    const { path, run } = setUp();
    const database = openDatabase(path);
    const holder = `background pipeline, pid ${process.pid}`;
    acquireLease(database, "publisher", holder, 600_000, Date.now() - 14_000);
    putDocument(database, "publisher-progress", { holder, stage: "pages", done: 1200, total: 1605 }, 1);
    const refused = await run("publish");
    expect(refused).toMatchObject({ code: 3, stdout: "" });
    expect(refused.stderr).toMatch(
      /^background pipeline, pid \d+, is publishing for \d+ s now: building pages, 1200 of 1605\. To wait for it: spillway publish --wait\n$/,
    );
    const waited = await run("publish", "--wait", "0.3");
    expect(waited.code).toBe(3);
    expect(waited.stderr).toMatch(
      /; waiting until it ends …\nwaiting: building pages …\n.* is publishing for /,
    );
    database.close();
  });
});
