/**
 * Origin, start and commands on a database that can't be worked with: one line that names it, and exit code
 * 2.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { runProcess } from "./run-process.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-damaged-"));
const sound = join(folder, "sound.db");

beforeAll(() => {
  const database = openDatabase(sound);
  seedDemo(database, Date.now());
  database.close();
});

afterAll(() => rmSync(folder, { recursive: true }));

const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "a file of text": (path) => writeFileSync(path, "not a database at all\n".repeat(400)),
  truncated: (path) => truncateSync(path, 100 * 4096 + 77),
  "garbage in the middle": (path) => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, Math.floor(bytes.length / 8192) * 4096, Math.floor(bytes.length / 8192) * 4096 + 40_960);
    writeFileSync(path, bytes);
  },
  "of a newer release": (path) => {
    const database = openDatabase(path);
    database.sqlite.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 99999999999999)");
    database.close();
  },
};

test.each(Object.keys(DAMAGES))("%s", async (damage) => {
  const data = join(folder, damage.replaceAll(" ", "-"));
  mkdirSync(data);
  const path = join(data, "spillway.db");
  copyFileSync(sound, path);
  DAMAGES[damage]?.(path);
  const environment = {
    SPILLWAY_DATA: data,
    EDGE_PORT: String(await freePort()),
    ORIGIN_PORT: String(await freePort()),
  };
  for (const script of ["origin/src/index.ts", "cli/src/start/start.ts"]) {
    const { code, output } = await runProcess(script, [], environment);
    expect(output.trim().split("\n")).toEqual([expect.any(String)]);
    expect(output).toContain(path);
    expect(code).toBe(2);
  }
});
