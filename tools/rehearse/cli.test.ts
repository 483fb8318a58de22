import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ViewerReport } from "@spillway/simulation/rehearsal/fleet-viewers.ts";

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

  test("tells what a response is worth to whom, with and without the order of claims", () => {
    const { stdout } = rehearse("--viewers", "tv=0.2,new=0.3,cookie=0.5", "--json", ...SMALL);
    const { quality, tvTailoredShare, servedAs } = JSON.parse(stdout) as ViewerReport & {
      servedAs: Record<string, number>;
    };
    expect(quality.retention.run).toContain("evaluate");
    for (const at of [quality.at2T, quality.at100T]) {
      expect(at.withOrder).toBeGreaterThan(0.9);
      expect(at.withoutTailoring.withOrder).toBeLessThan(at.withOrder);
      expect(at.cookieOnly.withOrder).toBeGreaterThan(at.cookieOnly.withoutOrder);
      const { withOrder, withoutOrder } = at.viewers.tv;
      expect(withOrder?.individual).toBeGreaterThan(withoutOrder?.individual ?? 1);
    }
    expect(tvTailoredShare).toBeGreaterThan(0.95);
    expect(servedAs["tailored"]).toBeGreaterThan(0);
  });

  test("has no quality of those who do not come", () => {
    const { stdout } = rehearse("--viewers", "new=1", "--json", ...SMALL);
    const { quality, tvTailoredShare } = JSON.parse(stdout) as ViewerReport;
    const { tv } = quality.at2T.viewers;
    expect([tv, quality.at2T.viewers.new.withOrder?.quality, tvTailoredShare]).toEqual([
      { share: 0, withOrder: null, withoutOrder: null },
      1,
      null,
    ]);
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
    [["--viewers", "new=0.3,cookie=0.5"], /--viewers.*add up to 0\.8/],
    [["--viewers", "new=0.3,mobile=0.7"], /"mobile" is none of new, cookie, tv/],
    [["--viewers", "new=1", "--strategies"], /--viewers goes with the scenarios/],
    [["--viewers", "new=1", "--scenario", "day"], /--viewers goes with the scenarios/],
    [["kickoff"], /too many arguments/],
  ])("refuses %j with exit code 2 and the reason", (args, reason) => {
    const { status, stderr } = rehearse(...args);
    expect([status, reason.test(stderr)]).toEqual([2, true]);
  });
});
