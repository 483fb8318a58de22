import { expect, test } from "vitest";
import { createIsolateVersions } from "./isolate-versions.ts";

test("counts isolates by what they obeyed last, and forgets the silent ones", () => {
  const versions = createIsolateVersions();
  versions.heard("a", { version: 11 }, 0);
  versions.heard("b", { version: 12, candidate: 13 }, 0);
  versions.heard("c", {}, 0);
  versions.heard("a", { version: 12, candidate: 13 }, 1000);
  versions.heard("d", { version: 12 }, 1000);
  expect(versions.counts(1000)).toEqual([
    { version: 12, candidate: 13, isolates: 2 },
    { version: 12, candidate: undefined, isolates: 1 },
    { version: undefined, candidate: undefined, isolates: 1 },
  ]);
  expect(versions.counts(120_500)).toEqual([
    { version: 12, candidate: 13, isolates: 1 },
    { version: 12, candidate: undefined, isolates: 1 },
  ]);
});

test("whoever invents names does not fill the memory", () => {
  const versions = createIsolateVersions();
  for (let at = 0; at < 60_000; at += 1) versions.heard(`i${at}`, { version: 1 }, 0);
  expect(versions.counts(0)).toEqual([{ version: 1, candidate: undefined, isolates: 50_000 }]);
});

const record = (minute: number, version: number) => ({ minute, version });

test("takes from the log what an isolate has not said itself", () => {
  const versions = createIsolateVersions();
  versions.logged("a", [record(1, 11), record(2, 12), record(2, 13), record(2, 0)], 0);
  versions.heard("b", { version: 12 }, 0);
  versions.logged("b", [record(2, 13)], 29_000);
  versions.logged("c", [record(2, 0)], 0);
  expect(versions.counts(29_000)).toEqual([
    { version: 12, candidate: 13, isolates: 1 },
    { version: 12, candidate: undefined, isolates: 1 },
  ]);
  versions.logged("b", [record(2, 13)], 31_000);
  expect(versions.counts(31_000)[0]).toEqual({ version: 13, candidate: undefined, isolates: 1 });
});
