import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import { isAlive } from "./launchers.ts";
import { startChild } from "./child.ts";
import { isOfLostClient } from "./edge.ts";

/** The limit is long, because the machine may be busy. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, 30_000);

test("the exit code is the command's own", async () => {
  const child = startChild("x", process.execPath, ["-e", "process.exit(7)"], {});
  expect(await child.ended).toBe(7);
  await child.stop();
});

test("a child that can't be run has ended with a code that says so", async () => {
  expect(await startChild("x", "/no/such/command", [], {}).ended).toBe(127);
});

test("a child and what it has started end with the process that started it, also when that one is killed", async () => {
  const module = JSON.stringify(new URL("child.ts", import.meta.url).href);
  // The child ignores SIGINT, and so does the process that it starts.
  const stubborn = `
    process.on("SIGINT", () => undefined);
    const child = require("node:child_process").spawn(process.execPath, ["-e", "process.on('SIGINT', () => undefined); setInterval(() => {}, 1000)"]);
    console.log("pids", process.pid, child.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { startChild } from ${module}; startChild("x", process.execPath, ["-e", ${JSON.stringify(stubborn)}], {});`,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  let output = "";
  parent.stdout.on("data", (chunk) => (output += String(chunk)));
  await soon(() => expect(output).toMatch(/pids \d+ \d+/));
  const pids = [...output.matchAll(/\d+/g)].map(Number);
  expect(pids.map(isAlive)).toEqual([true, true]);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  await soon(() => expect(pids.map(isAlive)).toEqual([false, false]));
});

test("prints its lines with its name, but for noise", async () => {
  const printed: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void printed.push(line));
  onTestFinished(() => log.mockRestore());
  const lost =
    "✘ [ERROR] Error inside ProxyWorker (the affected request failed; the dev server continues): POST http://127.0.0.1/events (failed after 1 attempt): Network connection lost.";
  const script = `console.log(${JSON.stringify(lost)}); console.log("✘ [ERROR] something else");`;
  await startChild("edge", process.execPath, ["-e", script], {}, isOfLostClient).ended;
  await soon(() => expect(printed).toEqual(["[edge] ✘ [ERROR] something else"]));
});
