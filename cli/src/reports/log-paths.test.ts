import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { logPaths } from "./log-paths.ts";

const folder = mkdtempSync(join(tmpdir(), "spillway-paths-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const name of ["b.log", "a.log", "c.log.gz", "odd[1].log"]) writeFileSync(join(folder, name), "");
mkdirSync(join(folder, "old.log"));
symlinkSync(join(folder, "nowhere"), join(folder, "broken.log"));
symlinkSync(join(folder, "a.log"), join(folder, "z-same-as-a.log"));

function names(...patterns: string[]): string[] {
  return logPaths(patterns.map((pattern) => (pattern === "-" ? pattern : join(folder, pattern)))).map(
    (path) => basename(path),
  );
}

test("patterns are expanded and sorted; folders, broken links and files that were named already are left out", () => {
  expect(names("?.log")).toEqual(["a.log", "b.log"]);
  expect(names("*.{log,gz}")).toEqual(["a.log", "b.log", "c.log.gz", "odd[1].log"]);
  expect(names("b.log", "*.log")).toEqual(["b.log", "a.log", "odd[1].log"]);
  expect(names("odd[1].log")).toEqual(["odd[1].log"]);
  expect(names("-", "a.log")).toEqual(["-", "a.log"]);
});

test.each<[string[], RegExp]>([
  [["nope.log"], /nope\.log: there is no such file$/],
  [["nope*.log"], /and none that the pattern matches/],
  [["old.log"], /is a folder; '.*old\.log\/\*' are its files/],
  [["a.log", "z-same-as-a.log"], /is given twice/],
  [["-", "-"], /standard input is given twice/],
])("%j is refused", (patterns, reason) => {
  expect(() => names(...patterns)).toThrow(reason);
});
