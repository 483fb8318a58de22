/** Runs every command with wrong arguments: each must end with 2 and print the reason without a stack. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runProcess } from "./run-process.ts";

const START = "cli/src/start/start.ts";
const ORIGIN = "origin/src/index.ts";
const SPILLWAY = "cli/src/main.ts";
const REHEARSE = "tools/rehearse/cli.ts";
const EVALUATE = "tools/evaluate/cli.ts";
const BENCH = "tools/bench/main.ts";
const CHAOS = "tools/chaos/main.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-exit-"));
const file = join(folder, "a-file");
writeFileSync(file, "x");
const environment = { SPILLWAY_DATA: join(folder, "data") };

afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("wrong use ends with 2", () => {
  test.each<[string, string]>([
    [START, "--nope"],
    [SPILLWAY, "nope"],
    [SPILLWAY, "clusters --nope"],
    [SPILLWAY, "explain"],
    [SPILLWAY, "import --items /no/such.csv"],
    [SPILLWAY, "publish --wait x"],
    [SPILLWAY, "report traffic --nope"],
    [SPILLWAY, "routing push /no/such.toml"],
    [REHEARSE, "--html /no/such/folder/x.html"],
    [EVALUATE, "--interactions /no/such.csv"],
    [BENCH, "origin --nope"],
    [CHAOS, "--kills 0"],
  ])("%s %s", async (script, args) => {
    const { code, output } = await runProcess(script, args.split(" ").filter(Boolean), environment);
    expect(output).not.toMatch(/^ {4}at /m);
    expect({ code, output }).toMatchObject({ code: 2 });
  });
});

describe.concurrent("a wrong variable is one line, and ends with 2", () => {
  test.each<[Record<string, string>, string]>([
    [{ EDGE_PORT: "abc" }, "EDGE_PORT: must be a whole number"],
    [{ EDGE_PORT: "8788" }, "EDGE_PORT: must be another port than ORIGIN_PORT"],
    [{ SPILLWAY_DATA: file }, `${file} is a file, and no folder`],
    [{ SPILLWAY_DATA: "/proc/none/of/these" }, "/proc/none"],
  ])("%j", async (variables, reason) => {
    for (const script of [START, ORIGIN]) {
      const { code, output } = await runProcess(script, [], { ...environment, ...variables });
      expect(output.trim().split("\n")).toEqual([expect.any(String)]);
      expect(output).toContain(reason);
      expect(code).toBe(2);
    }
  });

  test("several are listed, each on its line", async () => {
    const { code, output } = await runProcess(START, [], { EDGE_PORT: "abc", LOG_LEVEL: "loud" });
    expect(output).toMatch(/^ {2}EDGE_PORT: .*\n {2}LOG_LEVEL: /m);
    expect(code).toBe(2);
  });
});

test("help and version end with 0", async () => {
  expect(await runProcess(START, ["--version"], environment)).toMatchObject({ code: 0 });
  const help = await runProcess(START, ["--help"], environment);
  expect(help.output).toContain("--demo");
  expect(help.code).toBe(0);
});
