import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";

const CLI = fileURLToPath(new URL("cli.ts", import.meta.url));
const SMALL = ["--threshold", "200", "--locations", "50", "--peak", "20"];

function rehearse(...args: readonly string[]) {
  return spawnSync(process.execPath, [CLI, ...args], { encoding: "utf8" });
}

describe("the command", () => {
  test("prints one JSON object with the figures that programs read", () => {
    const { status, stdout } = rehearse("--scenario", "kickoff", "--seed", "1", "--json", ...SMALL);
    const figures = JSON.parse(stdout) as Record<string, unknown>;
    for (const key of [
      "offeredPeak1s",
      "offeredSteady",
      "personalizedPeak1s",
      "utilization",
      "needlessSpill",
      "recoveryS",
      "failed",
      "isolates",
      "elapsedS",
    ]) {
      expect([key, typeof figures[key]]).toEqual([key, "number"]);
    }
    expect(figures["servedAs"]).toMatchObject({ generic: 0, failed: 0 });
    const verdicts = figures["verdicts"] as { ok: boolean }[];
    expect(status).toBe(verdicts.every(({ ok }) => ok) ? 0 : 1);
  });

  test("writes a report that opens without a network", () => {
    const directory = mkdtempSync(join(tmpdir(), "spillway-report-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, "report.html");
    expect(rehearse("--scenario", "origin-down", "--html", path, ...SMALL).stdout).toContain("promise");
    const html = readFileSync(path, "utf8");
    expect(html.match(/<svg/g)?.length).toBeGreaterThanOrEqual(2);
    // The SVG namespace is a name and no address; anything else would be fetched.
    expect(html.replaceAll(/http:\/\/www\.w3\.org\/[^"]*/g, "")).not.toMatch(
      /(src|href)=|https?:|@import|url\(/,
    );
  });

  test.each([
    [["--scenario", "final"], /Allowed choices/],
    [["--seed", "first"], /--seed/],
    [["--scenario", "trace"], /--trace/],
    [["--trace", "none.csv"], /none\.csv can't be read/],
    [["--live", "--strategies"], /one of/],
    [["kickoff"], /too many arguments/],
  ])("refuses %j with exit code 2 and the reason", (args, reason) => {
    const { status, stderr } = rehearse(...args);
    expect([status, reason.test(stderr)]).toEqual([2, true]);
  });
});
