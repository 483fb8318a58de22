import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "@spillway/kit/commands/usage.ts";
import { InvalidArgumentError } from "commander";
import { describe, expect, onTestFinished, test } from "vitest";

import { checkFlags, clusterCounts, type Flags } from "./options.ts";

const HERE = fileURLToPath(new URL("cli.ts", import.meta.url));

function evaluate(...args: readonly string[]) {
  return spawnSync(process.execPath, [HERE, ...args], { encoding: "utf8" });
}

const flags: Flags = { clusters: [10], minSupport: 2, seed: 1, seeds: 1, lambda: 300, itemFrom: "path" };

describe("the command", () => {
  test.each([
    [{}, "--interactions <file> or --visits <file> is needed"],
    [{ visits: "none.csv" }, "--visits: there is no file none.csv"],
    [{ visits: "." }, "--visits: . is a folder"],
    [{ interactions: "." }, "--interactions: . is a folder"],
    [{ coldOnly: true, history: 50 }, "--history is for the warm table"],
    [{ visits: "none.csv", warmOnly: true }, "--visits is for the cold table"],
    [{ visits: HERE, itemFrom: "watch" }, "--item-from: must be path, path:/PREFIX/"],
    [{ visits: HERE, ownHosts: "a/b" }, "--own-hosts: a/b: no host"],
    [{ interactions: "none.csv" }, "there is no file none.csv"],
    [{ interactions: HERE }, "must end in .csv or .jsonl"],
    [{ warmOnly: true, coldOnly: true }, "exclude each other"],
    [{ coldOnly: true, html: "no/such/directory/report.html" }, "there is no directory no/such/directory"],
  ] as const)("refuses %j before it begins", (given, message) => {
    expect(() => checkFlags({ ...flags, ...given })).toThrow(UsageError);
    expect(() => checkFlags({ ...flags, ...given })).toThrow(message);
  });

  test("needs no file for the cold table alone", () => {
    expect(checkFlags({ ...flags, coldOnly: true })).toBeUndefined();
  });

  test("reads counts in any order, each once", () => {
    expect(clusterCounts("100, 10,100")).toEqual([10, 100]);
    for (const text of ["", "10,", "0", "2.5", "ten"]) {
      expect(() => clusterCounts(text)).toThrow(InvalidArgumentError);
    }
  });

  test("ends with 2 for wrong use", () => {
    const { status, stderr } = evaluate("--interactions", "none.csv", "--clusters", "few");
    expect(status).toBe(2);
    expect(stderr).toContain("--clusters");
  });

  test("ends with 1 and the reason for data that cannot be measured on", () => {
    const directory = mkdtempSync(join(tmpdir(), "spillway-evaluate-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "plays.csv");
    writeFileSync(path, "user,item\n1,2\n1,\n");
    const { status, stdout, stderr } = evaluate("--interactions", path, "--json");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("plays.csv:3: item: is missing");
  });
});
