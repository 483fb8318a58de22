import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { describeHolder, takeStartLock, type LockHolder } from "./lock.ts";

const ME: LockHolder = {
  pid: 41,
  sinceMs: Date.parse("2026-11-28T12:00:00Z"),
  edgePort: 8787,
  originPort: 8788,
};

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "spillway-lock-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/**
 * Starts a process that tries to take the lock, prints whether it has it, and holds it until it is killed.
 */
async function other(path: string): Promise<{ ok: boolean; kill: () => Promise<void> }> {
  const module = JSON.stringify(new URL("lock.ts", import.meta.url).href);
  const script = `
    import { takeStartLock } from ${module};
    const me = { pid: process.pid, sinceMs: Date.now(), edgePort: 1, originPort: 2 };
    globalThis.lock = takeStartLock(${JSON.stringify(path)}, me);
    console.log(globalThis.lock.ok);
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  };
  onTestFinished(kill);
  return { ok: line.toString().trim() === "true", kill };
}

test("of two that want the same folder the second is told who has it", () => {
  const path = folder();
  const first = takeStartLock(path, ME);
  const second = takeStartLock(path, { ...ME, pid: 42 });
  expect(second).toEqual({ ok: false, holder: ME });
  expect(describeHolder(ME, "/data")).toBe(
    "Another start is using /data: pid 41, since 2026-11-28 12:00:00 UTC, ports 8787 (edge) and 8788 (origin).",
  );
  if (first.ok) first.release();
  const third = takeStartLock(path, ME);
  expect(third).toMatchObject({ ok: true, killed: undefined });
  if (third.ok) third.release();
});

test("of processes that start at the same instant exactly one has it, and a killed one's is taken over", async () => {
  const path = folder();
  const all = await Promise.all([other(path), other(path), other(path)]);
  expect(all.filter(({ ok }) => ok)).toHaveLength(1);
  const killed = JSON.parse(readFileSync(join(path, "start.json"), "utf8")) as LockHolder;
  await Promise.all(all.map(({ kill }) => kill()));
  const taken = takeStartLock(path, ME);
  expect(taken).toMatchObject({ ok: true, killed });
  if (taken.ok) taken.release();
});

test("what stands in the file decides nothing", () => {
  const path = folder();
  writeFileSync(join(path, "start.json"), `{"pid": ${process.pid}`);
  const taken = takeStartLock(path, ME);
  expect(taken).toMatchObject({ ok: true, killed: undefined });
  if (taken.ok) taken.release();
});
