/** The workers under `workerd` itself: one process, a port for each. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess } from "@spillway/kit/processes/child-process.ts";
import { untilReady } from "@spillway/kit/processes/until-ready.ts";
import { bundleWorker } from "@spillway/edge/build/bundle-worker.ts";

const SERVICES = ["edge", "unrecorded", "bare", "kv-stream", "micro", "kv", "queue"] as const;
export type Service = (typeof SERVICES)[number];

export type Workerd = AsyncDisposable & {
  readonly urlOf: (service: Service) => string;
  /** Processor time of the process so far. */
  readonly cpuMs: () => number;
};

const COMPATIBILITY_DATE = "2026-11-17";
export const USER_HASH_KEY = "a secret for the benchmark alone";
const READY_WITHIN_MS = 10_000;
/** A tick of /proc/<pid>/stat: USER_HZ is 100 on every Linux that matters. */
const TICK_MS = 10;

export async function startWorkerd(): Promise<Workerd> {
  const directory = mkdtempSync(join(tmpdir(), "spillway-bench-"));
  const stop: (() => Promise<void>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  const stopAll = async (): Promise<void> => {
    for (const one of stop.splice(0).toReversed()) await one();
  };
  const interrupt = (): void => void stopAll().finally(() => process.exit(130));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    for (const service of SERVICES) await bundle(service, join(directory, service));
    writeFileSync(join(directory, "config.capnp"), config());
    // The package's default export is the path of its binary.
    const binary = (createRequire(import.meta.url)("workerd") as { default: string }).default;
    const ports = new Map<string, number>();
    const workerd = startProcess({
      command: binary,
      args: ["serve", "--control-fd=1", join(directory, "config.capnp")],
      onLine: (line) => takeControlLine(line, ports),
    });
    stop.push(workerd.stop);
    await untilReady("workerd", workerd, () => ports.size === SERVICES.length, {
      withinMs: READY_WITHIN_MS,
    });
    return {
      urlOf: (service) => `http://127.0.0.1:${ports.get(service)}`,
      cpuMs: () => cpuMs(workerd.pid),
      [Symbol.asyncDispose]: async () => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function bundle(service: Service, directory: string): Promise<void> {
  mkdirSync(directory);
  await bundleWorker(
    directory,
    isEdge(service)
      ? undefined
      : { entry: `tools/bench/edge/worker/${service}.ts`, config: "tools/bench/edge/worker/wrangler.toml" },
  );
}

/**
 * The edge has no ORIGIN_URL: to its admission that is an origin that is gone, so every request is decided by
 * the isolate from memory and gets its cluster's page.
 */
function config(): string {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [${SERVICES.map(workerConfig).join(",\n")}],
  sockets = [${SERVICES.map(socketConfig).join(", ")}]
);
`;
}

function workerConfig(service: Service): string {
  const file = isEdge(service) ? "index" : service;
  return `(name = "${service}", worker = (
      modules = [(name = "${file}.js", esModule = embed "${service}/${file}.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}", bindings = [${bindingsOf(service)}]))`;
}

function bindingsOf(service: Service): string {
  if (service === "kv" || service === "queue") return "";
  const pages = '(name = "PAGES", kvNamespace = "kv")';
  if (!isEdge(service)) return pages;
  const queues = ["EVENTS", "DEAD_LETTERS", "SERVING_LOG"].map(
    (name) => `(name = "${name}", queue = "queue")`,
  );
  const variables = { USER_HASH_KEY, ...(service === "unrecorded" ? { NO_SAMPLE: "true" } : {}) };
  const texts = Object.entries(variables).map(([name, text]) => `(name = "${name}", text = "${text}")`);
  return [pages, ...queues, ...texts].join(", ");
}

/** The worker that ships: as it is, and without recording decision tuples. */
function isEdge(service: Service): boolean {
  return service === "edge" || service === "unrecorded";
}

function socketConfig(service: Service): string {
  return `(name = "${service}", address = "127.0.0.1:0", http = (), service = "${service}")`;
}

/** workerd tells each socket's port in a line of JSON; other lines are what the workers say. */
function takeControlLine(line: string, ports: Map<string, number>): void {
  if (!line.startsWith('{"event":')) {
    console.error(line);
    return;
  }
  const message = JSON.parse(line) as { event: string; socket?: string; port?: number };
  if (message.event === "listen" && message.socket !== undefined) {
    ports.set(message.socket, message.port ?? 0);
  }
}

function cpuMs(pid: number): number {
  // Fields 14 and 15, after the command's name in brackets: user and system ticks (proc(5)).
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
