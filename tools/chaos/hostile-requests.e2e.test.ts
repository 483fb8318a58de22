/**
 * Requests over real sockets to the worker in workerd: whatever they are, no viewer gets an error of ours.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleWorker } from "@spillway/edge/build/bundle-worker.ts";
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { askRaw, HOSTILE_HOSTS, hostileRequests } from "@spillway/kit/processes/raw-http.ts";
import { until } from "@spillway/kit/processes/until.ts";

const directory = mkdtempSync(join(tmpdir(), "spillway-hostile-"));
let edge: ChildProcess;
let port = 0;

/** Neither KV nor queues answer: pages are the worker's own, and events cannot be stored. */
function configure(nobody: number): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "nobody", external = (address = "127.0.0.1:${nobody}", http = ())),
    (name = "edge", worker = (
      modules = [(name = "index.js", esModule = embed "index.js")],
      compatibilityDate = "2026-11-17",
      bindings = [(name = "PAGES", kvNamespace = "nobody"), (name = "EVENTS", queue = "nobody"),
        (name = "DEAD_LETTERS", queue = "nobody")]))
  ],
  sockets = [(name = "edge", address = "127.0.0.1:${port}", http = (), service = "edge")]
);
`;
}

beforeAll(async () => {
  await bundleWorker(directory);
  port = await freePort();
  writeFileSync(join(directory, "config.capnp"), configure(await freePort()));
  const binary = (createRequire(import.meta.url)("workerd") as { default: string }).default;
  edge = startProcess({
    command: binary,
    args: ["serve", "--experimental", join(directory, "config.capnp")],
  });
  const isUp = async (): Promise<boolean> => {
    try {
      return (await askRaw(port, "GET /health HTTP/1.1\r\nhost: edge\r\n\r\n")).includes("200");
    } catch {
      return false;
    }
  };
  await until("the worker answers", isUp, { withinMs: 60_000 });
});

afterAll(async () => {
  await edge.kill();
  rmSync(directory, { recursive: true, force: true });
});

test("a malformed Host still gets a page", async () => {
  for (const host of HOSTILE_HOSTS.filter((own) => !/[\x80-\xff/]/.test(own))) {
    const request = `GET /recommendations?user=u1 HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    expect([host.slice(0, 20), await askRaw(port, Buffer.from(request, "latin1"))]).toEqual([
      host.slice(0, 20),
      "HTTP/1.1 200 OK",
    ]);
  }
});

test("whatever comes, no answer is an error of ours", async () => {
  for (const request of hostileRequests("edge.example")) {
    const line = await askRaw(port, Buffer.from(request, "latin1"));
    // The platform itself refuses methods that are none with 501, and events wait for their queue.
    const expected = request.startsWith("POST /events")
      ? /^HTTP\/1.1 (4\d\d|503) /
      : /^(HTTP\/1.[01] (2\d\d|4\d\d|501) .*)?$/;
    expect([request.slice(0, 80), line]).toEqual([request.slice(0, 80), expect.stringMatching(expected)]);
  }
});
