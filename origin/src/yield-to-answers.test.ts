import { spawn, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { expect, onTestFinished, test, vi } from "vitest";
import { threadsBesideAnswers, YIELDING, yieldToAnswers } from "./yield-to-answers.ts";

function startChild(options: SpawnOptions): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1e6)"], options);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid ?? 0;
}

/** Field 19 of proc(5). */
function prioritiesOf(pid: number): Set<string | undefined> {
  return new Set(
    readdirSync(`/proc/${pid}/task`).map(
      (thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8").split(") ").at(-1)?.split(" ")[16],
    ),
  );
}

function sessionPriority(pid: number | "self"): string {
  return readFileSync(`/proc/${pid}/autogroup`, "utf8")
    .replace(/^.* nice /, "")
    .trim();
}

test.skipIf(!YIELDING.detached)("a child has a low priority, and its session beside all others", () => {
  const own = sessionPriority("self");
  const pid = startChild(YIELDING);
  yieldToAnswers({ pid });
  expect(prioritiesOf(pid)).toEqual(new Set(["19"]));
  expect(sessionPriority(pid)).toBe("5");
  expect(sessionPriority("self")).toBe(own);
});

test.skipIf(!YIELDING.detached)("a child of our session lowers nobody else with it", () => {
  const own = sessionPriority("self");
  const pid = startChild({});
  yieldToAnswers({ pid });
  expect(prioritiesOf(pid)).toEqual(new Set(["19"]));
  expect(sessionPriority("self")).toBe(own);
});

test.skipIf(!YIELDING.detached)("threads that a child has started before have it too", async () => {
  const pid = startChild({});
  await vi.waitUntil(() => prioritiesOf(pid).size === 1 && readdirSync(`/proc/${pid}/task`).length > 1);
  yieldToAnswers({ pid });
  expect(prioritiesOf(pid)).toEqual(new Set(["19"]));
});

test("a child that has ended, or never began, is no error", async () => {
  const child = spawn(process.execPath, ["-e", "0"]);
  await once(child, "exit");
  expect(() => yieldToAnswers(child)).not.toThrow();
  expect(() => yieldToAnswers({ pid: undefined })).not.toThrow();
});

test("one processor is left to the answers, where there are several", () => {
  expect(threadsBesideAnswers()).toBe(Math.max(1, availableParallelism() - 1));
});
