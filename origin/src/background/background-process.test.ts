/** Real child processes. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { AskedOfFixture } from "../../test/background-fixture.ts";
import { createBackgroundProcess } from "./background-process.ts";

const ORIGIN = fileURLToPath(new URL("../../test/background-origin-fixture.ts", import.meta.url));
const FIXTURE = fileURLToPath(new URL("../../test/background-fixture.ts", import.meta.url));

function open(deadlineMs = 60_000) {
  const background = createBackgroundProcess<AskedOfFixture, string>(FIXTURE, deadlineMs);
  onTestFinished(background.stop);
  return background;
}

/** The process's id, once it runs. */
function begun() {
  const { promise, resolve } = Promise.withResolvers<number>();
  return { pid: promise, onProgress: ({ done }: { readonly done: number }) => resolve(done) };
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

test("answers, says why not, and is ready for the next", async () => {
  const { run } = open();
  expect(await run({ act: "answer" })).toEqual({ kind: "done", result: "an answer" });
  expect(await run({ act: "throw" })).toEqual({ kind: "failed", reason: "no such day" });
  expect(await run({ act: "die" })).toEqual({ kind: "failed", reason: "its process ended (exit code 3)" });
});

test("who cancels ends the process, which yields to everything else; meanwhile nobody else is served", async () => {
  const { run } = open();
  const { pid, onProgress } = begun();
  const abort = new AbortController();
  const running = run({ act: "never" }, { signal: abort.signal, onProgress });
  expect(await run({ act: "answer" })).toEqual({ kind: "busy" });
  const child = await pid;
  expect(getPriority(child)).toBeGreaterThan(getPriority());
  abort.abort();
  expect(await running).toEqual({ kind: "cancelled" });
  await expect.poll(() => isGone(child)).toBe(true);
  expect(await run({ act: "answer" }, { signal: abort.signal })).toEqual({ kind: "cancelled" });
});

test("what takes too long is ended, and so is everything when the origin ends", async () => {
  const late = begun();
  const running = open(1500).run({ act: "never" }, late);
  expect(await running).toEqual({ kind: "failed", reason: "it took more than 1.5 s" });
  const { run, stop } = open();
  const asked = run({ act: "never" });
  stop();
  expect(await asked).toEqual({ kind: "failed", reason: "the origin ends" });
});

test.each(["never", "compute"])(
  "outlives no origin that is killed (%s)",
  async (act) => {
    const origin = spawn(process.execPath, [ORIGIN, act], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void origin.kill("SIGKILL"));
    const [told] = (await once(origin.stdout, "data")) as [Buffer];
    const child = Number(told.toString());
    onTestFinished(() => {
      if (!isGone(child)) process.kill(child, "SIGKILL");
    });
    expect(isGone(child)).toBe(false);
    origin.kill("SIGKILL");
    await expect.poll(() => isGone(child), { timeout: 20_000 }).toBe(true);
  },
  40_000,
);
