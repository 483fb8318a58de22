import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { startProcess } from "./child-process.ts";
import { createRestartableProcess } from "./restartable-process.ts";
import { isServing, untilReady } from "./until-ready.ts";

const PATIENCE = { withinMs: 60_000, everyMs: 10 };
const ENDLESS = 'console.log("ready"); setInterval(() => {}, 1e3)';

function start(script: string) {
  const child = startProcess({ args: ["--eval", script] });
  onTestFinished(child.stop);
  return child;
}

test("waits for the process to be ready", async () => {
  const child = start(ENDLESS);
  await untilReady("it", child, () => child.output() === "ready", PATIENCE);
  expect(child.output()).toBe("ready");
});

test("does not wait for a process that has ended, and tells what it printed", async () => {
  const child = start('console.error("no such port"); process.exitCode = 2');
  await expect(untilReady("the origin", child, () => false, PATIENCE)).rejects.toThrow(
    /^the origin ended \(2\)\nno such port$/,
  );
});

test("an abort is told by its own reason", async () => {
  const controller = new AbortController();
  const waiting = untilReady("it", start(ENDLESS), () => false, { ...PATIENCE, signal: controller.signal });
  controller.abort(new Error("stopped by SIGINT"));
  await expect(waiting).rejects.toThrow("stopped by SIGINT");
});

test("a restartable process is another one after each kill", async () => {
  let starts = 0;
  const process = createRestartableProcess({
    name: "it",
    start: () => start(ENDLESS),
    isReady: () => Promise.resolve((starts += 1) > 0),
    patience: PATIENCE,
  });
  expect(process.pid()).toBe(0);
  await process.start();
  const first = process.pid();
  await process.kill();
  await process.start();
  expect(process.pid()).not.toBe(first);
});

test.each([
  [200, true],
  [404, true],
  [503, false],
])("a server that answers %d is serving: %s", async (status, expected) => {
  const server = createServer((_, response) => response.writeHead(status).end("text"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  expect(await isServing(`http://127.0.0.1:${(server.address() as AddressInfo).port}/health`)).toBe(expected);
});
