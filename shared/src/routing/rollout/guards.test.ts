import { expect, test } from "vitest";
import { DEFAULT_GUARDS, formatGuard, GUARD_NAMES, parseGuard } from "./guards.ts";

test.each([
  ["generic share < 5%", { name: "generic share", limit: 0.05 }],
  ["  Generic  Share <= 2.5 % ", { name: "generic share", limit: 0.025 }],
  ["served worse than before < 30%", { name: "served worse than before", limit: 0.3 }],
  ["origin errors<1%", { name: "origin errors", limit: 0.01 }],
  ["p99 < 300 ms", { name: "p99", limit: 300 }],
  ["p99 < 300ms", { name: "p99", limit: 300 }],
  ["plays per impression > 95%", { name: "plays per impression", limit: 0.95 }],
  ["plays per impression", { name: "plays per impression", limit: 0.9 }],
  ["p99", { name: "p99", limit: 1000 }],
] as const)("reads %j", (text, guard) => {
  expect(parseGuard(text)).toEqual({ ok: true, guard });
  expect(parseGuard(formatGuard(guard))).toEqual({ ok: true, guard });
});

test.each([
  ["", "is none of generic share"],
  ["generic", "is none of"],
  ["generic shares < 5%", "is none of"],
  ["generic share > 5%", 'must be written as "generic share < 5%"'],
  ["generic share < 5", 'must be written as "generic share < 5%"'],
  ["generic share < 5 ms", "must be written as"],
  ["generic share < 0%", "needs a limit from 0.1 to 100 %"],
  ["generic share < 101%", "needs a limit"],
  ["generic share < -1%", "is none of"],
  ["generic share = 5%", "is none of"],
  ["p99 < 5%", 'must be written as "p99 < 1000 ms"'],
  ["p99 < 0 ms", "needs a limit from 1 to 30000 ms"],
  ["plays per impression < 90%", 'must be written as "plays per impression > 90%"'],
])("refuses %j, and says how it is written", (text, reason) => {
  expect(parseGuard(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test("a guard that is named alone has the limit that holds where none is named", () => {
  const alone = GUARD_NAMES.map(parseGuard).flatMap((read) => (read.ok ? [read.guard] : []));
  expect(alone).toHaveLength(GUARD_NAMES.length);
  for (const guard of DEFAULT_GUARDS) expect(alone).toContainEqual(guard);
});
