/** Server processes of a benchmark, on free ports of loopback, each stopped with whatever it had started. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "@spillway/kit/processes/free-port.ts";

export type Server = AsyncDisposable & { readonly url: string };

const READY_WITHIN_MS = 120_000;
const ASK_EVERY_MS = 50;
const KILL_AFTER_MS = 8000;

/** Resolves when `path` is answered with 200, or with 404 where there is no such path. The port is told as `portName`. */
export async function startServer(
  module: URL,
  portName: string,
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(module)], {
    env: { PATH: process.env["PATH"], ...environment, [portName]: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  const server: Server = {
    url,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    },
  };
  const untilMs = Date.now() + READY_WITHIN_MS;
  while (!(await isUp(url + path))) {
    if (child.exitCode !== null) throw new Error(`${module.pathname} ended with exit code ${child.exitCode}`);
    if (Date.now() > untilMs) {
      await server[Symbol.asyncDispose]();
      throw new Error(`${module.pathname} did not answer within ${READY_WITHIN_MS / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return server;
}

async function isUp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return response.ok || response.status === 404;
  } catch {
    // Not listening yet: the caller asks again.
    return false;
  }
}
