import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { allSuspects } from "@spillway/store/operators/suspects.ts";
import { openForTest, temporaryPath } from "@spillway/store/test/test-database.ts";
import { runHere } from "../../test/run-here.ts";

function setUp() {
  const database = temporaryPath();
  const folder = dirname(database);
  const environment = {
    SPILLWAY_DATA: folder,
    EDGE_TOKEN: "edge-token-0123456789",
    ADMIN_TOKEN: "admin-token-0123456789",
    // Nothing listens on port 9 (discard) of loopback.
    KV_API_BASE: "http://127.0.0.1:9",
  };
  const file = join(folder, "list.jsonl");
  return {
    file,
    database,
    write: (...lines: string[]) => writeFileSync(file, lines.join("\n")),
    run: (...args: string[]) => runHere(["suspects", ...args], environment),
  };
}

test("keeps a list that KV did not take, shows it, and clears it", async () => {
  const { file, write, run } = setUp();
  write(
    '{"user":"u1"}',
    "",
    '{"hash":"00ff00ff00ff00ff","score":7.5,"evidence":["six reads a night","no playback"],"expires":"2031-01-01T00:00:00Z"}',
  );
  const published = await run("publish", file);
  expect(published).toMatchObject({ code: 1, stdout: "" });
  expect(published.stderr).toContain(
    "The list is stored. When KV can be reached again: pnpm spillway suspects publish",
  );
  await run("clear", "u1");
  expect(JSON.parse((await run("list", "--json")).stdout)).toEqual([
    {
      hash: "00ff00ff00ff00ff",
      listed: expect.stringMatching(/^20/),
      expires: "2031-01-01T00:00:00.000Z",
      score: 7.5,
      evidence: ["six reads a night", "no playback"],
    },
  ]);
});

test("lists nobody when a line is wrong, and names each that is", async () => {
  const { file, write, run, database } = setUp();
  write('{"user":"good"}', "{", '{"score":1}', '{"hash":"123"}', '{"user":"u2","expires":"soon"}');
  const { code, stderr } = await run("publish", file);
  expect(code).toBe(2);
  expect(stderr.trim().split("\n")).toEqual([
    "Nothing is listed:",
    expect.stringContaining(`${file}:2: `),
    expect.stringContaining(`${file}:3: must have a user, or a hash from the serving log`),
    expect.stringContaining(`${file}:4: hash must be 16 hexadecimal digits`),
    expect.stringContaining(`${file}:5: expires must be ISO 8601 such as`),
  ]);
  expect(allSuspects(openForTest(database))).toEqual([]);
});
