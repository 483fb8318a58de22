import { expect, onTestFinished, test } from "vitest";
import { startProcess, type ChildProcessOptions } from "./child-process.ts";
import { until } from "./until.ts";

/** A script that says `ready` once it has set itself up. */
function start(script: string, options: Partial<ChildProcessOptions> = {}) {
  const child = startProcess({ args: ["--eval", script], ...options });
  onTestFinished(child.stop);
  return child;
}

const says = (child: ReturnType<typeof start>, text: string) =>
  until(`it says ${text}`, () => child.output().includes(text), { withinMs: 60_000, everyMs: 10 });

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const gone = (pid: number) => until("it is gone", () => !isAlive(pid), { withinMs: 60_000, everyMs: 10 });

test("tells the exit code, or the signal that ended it", async () => {
  expect(await start("process.exit(3)").ended).toBe(3);
  expect(await start("process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1e3)").ended).toBe(
    "SIGTERM",
  );
});

test("a command that does not exist ends with the reason", async () => {
  const child = startProcess({ command: "/no/such/command", args: [] });
  expect(await child.ended).toMatch(/ENOENT/);
  await child.stop();
});

test("gives each line it prints, and remembers the last of them", async () => {
  const lines: string[] = [];
  const child = start('console.log("one\\ntwo"); console.error("three"); setInterval(() => {}, 1e3)', {
    onLine: (line) => lines.push(line),
    outputCharacters: 6,
  });
  await says(child, "three");
  expect(child.output()).toBe("three");
  await until("all lines came", () => lines.length === 3, { withinMs: 60_000, everyMs: 10 });
  expect(lines).toEqual(["one", "two", "three"]);
});

test("a process that has its own clean-up gets to do it", async () => {
  const child = start(
    'process.on("SIGINT", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1e3)',
  );
  await says(child, "ready");
  await child.stop();
  expect(await child.ended).toBe(7);
});

test("one that does not end is killed after the grace", async () => {
  const child = start('process.on("SIGINT", () => {}); console.log("ready"); setInterval(() => {}, 1e3)', {
    graceMs: 1,
  });
  await says(child, "ready");
  await child.stop();
  expect(await child.ended).toBe("SIGKILL");
});

const IGNORING_SIGINT = 'process.on("SIGINT", () => {}); console.log("set up"); setInterval(() => {}, 1e3)';

/** Prints the number of a grandchild that takes no notice of signals. */
const WITH_GRANDCHILD = `
  const child = require("node:child_process").spawn(process.execPath, ["--eval",
    'for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => {}); console.log("ready " + process.pid); setInterval(() => {}, 1e3)'],
    { stdio: "inherit" });
  setInterval(() => {}, 1e3)`;

async function grandchildOf(child: ReturnType<typeof start>): Promise<number> {
  await says(child, "ready");
  return Number(/ready (\d+)/.exec(child.output())?.[1]);
}

test("stopping leaves nothing of what it has started", async () => {
  const child = start(WITH_GRANDCHILD);
  const pid = await grandchildOf(child);
  await child.stop();
  await expect(gone(pid)).resolves.toBeUndefined();
});

test("killing ends the process alone, and does not wait for what it has started", async () => {
  const child = start(WITH_GRANDCHILD);
  const pid = await grandchildOf(child);
  await child.kill();
  expect(await child.ended).toBe("SIGKILL");
  expect([isAlive(child.pid), isAlive(pid)]).toEqual([false, true]);
  process.kill(pid, "SIGKILL");
});

test.each([
  ["process.exit(0)", {}],
  ['process.kill(process.pid, "SIGTERM")', {}],
  ['throw new Error("broken")', {}],
  ['process.kill(process.pid, "SIGKILL")', { endsWithParent: true, graceMs: 100 }],
])("no child outlives a parent that ends by %s", async (end, options) => {
  const module = JSON.stringify(new URL("child-process.ts", import.meta.url).href);
  const parent = start("", {
    args: [
      "--input-type=module",
      "--eval",
      `const { startProcess } = await import(${module});
         const child = startProcess({ args: ["--eval", ${JSON.stringify(IGNORING_SIGINT)}], ...${JSON.stringify(options)} });
         while (!child.output().includes("set up")) await new Promise((resolve) => setTimeout(resolve, 10));
         console.log("ready " + child.pid);
         ${end}`,
    ],
  });
  const pid = await grandchildOf(parent);
  await parent.ended;
  await expect(gone(pid)).resolves.toBeUndefined();
});
