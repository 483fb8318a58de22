import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readTrace, traceScenario } from "./trace.ts";

const directory = mkdtempSync(join(tmpdir(), "spillway-trace-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(directory, "trace.csv");
  writeFileSync(path, content);
  return path;
}

const MINUTES = `period,count
1998-06-26 15:00:00,600
1998-06-26 15:01:00,1200
1998-06-26 15:03:00,60
`;
const options = { scale: 2, speed: 60, thresholdPerSec: 10 };

describe("a trace", () => {
  test.each([
    ["plain", MINUTES],
    ["gzipped", gzipSync(MINUTES)],
  ])("is read %s, with the length of its periods", async (_, content) => {
    const trace = await readTrace(file(content));
    expect([...trace.counts]).toEqual([600, 1200, 60]);
    expect(trace.periodS).toBe(60);
  });

  test("gives the load from its counts, scaled and faster, and no load where nothing was recorded", async () => {
    const { durationS, loadAt } = traceScenario("t", await readTrace(file(MINUTES)), options);
    expect(durationS).toBe(4);
    // 600 a minute are 10/s, doubled 20/s, which is 2 T.
    expect([0.5, 1.5, 2.5, 3.5].map(loadAt)).toEqual([2, 4, 0, 0.2]);
    expect(loadAt(0.5)).toBe(2);
  });

  test("without scale and speed peaks at 3 T and lasts ten minutes at most", async () => {
    const rows = Array.from({ length: 3000 }, (_, at) => `${at * 60},${at}`);
    const trace = await readTrace(file(`period,count\n${rows.join("\n")}\n`));
    const { durationS, loadAt } = traceScenario("t", trace, {
      scale: undefined,
      speed: undefined,
      thresholdPerSec: 500,
    });
    expect(durationS).toBeLessThanOrEqual(600);
    expect(loadAt(durationS - 0.01)).toBeCloseTo(3, 5);
  });

  test.each([
    ["", /line 1: the file is empty; it must start with a header row/],
    ["time,requests\n1,2\n", /line 1: the header row has no column period; it has: time, requests/],
    ["period,count\n1,2\n", /at least two periods/],
    ["period,count\n1,2\n2,many\n", /line 3: count is "many"/],
    ["period,count\n1,2\n2,-1\n", /line 3: count is "-1"/],
    ["period,count\nyesterday,2\n2,1\n", /line 2: period "yesterday" is not a time/],
    ["period,count\n2,2\n2,1\n", /line 3: period "2" is not after/],
    ["period,count\n1,2\n2\n", /trace\.csv/],
  ])("that is invalid is refused with file, line and reason: %j", async (content, reason) => {
    await expect(readTrace(file(content))).rejects.toThrow(reason);
  });

  test("that is missing, has no requests, or would last for days is refused", async () => {
    await expect(readTrace(join(directory, "none.csv"))).rejects.toThrow(/none\.csv can't be read/);
    const empty = await readTrace(file("period,count\n1,0\n2,0\n"));
    expect(() => traceScenario("t", empty, options)).toThrow(/no period has a request/);
    const long = await readTrace(file("period,count\n1998-01-01,1\n1998-02-01,1\n"));
    expect(() => traceScenario("t", long, { ...options, speed: 1 })).toThrow(/--speed/);
  });
});
