/** Server processes of a benchmark, on free ports of loopback, each stopped with whatever it had started. */
import { fileURLToPath } from "node:url";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { isServing, untilReady } from "@spillway/kit/processes/until-ready.ts";

export type Server = AsyncDisposable & { readonly url: string; readonly pid: number };

const READY_WITHIN_MS = 120_000;
const ASK_EVERY_MS = 50;
const GRACE_MS = 8000;

/** Resolves when `path` is answered. The server learns its port from the variable `portName`. */
export async function startServer(
  module: URL,
  portName: string,
  path: string,
  environment: Readonly<Record<string, string>>,
): Promise<Server> {
  const port = await freePort();
  const file = fileURLToPath(module);
  const server = startProcess({
    args: [file],
    environment: { ...environment, [portName]: String(port) },
    inheritEnvironment: false,
    stopSignal: "SIGTERM",
    graceMs: GRACE_MS,
    onLine: (line) => console.error(line),
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await untilReady(file, server, () => isServing(url + path), {
      withinMs: READY_WITHIN_MS,
      everyMs: ASK_EVERY_MS,
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { url, pid: server.pid, [Symbol.asyncDispose]: server.stop };
}
