/** Everything that may be killed or fail, up and running: origin and pipeline, edge, the queue's broker, KV; and the viewers. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createRandom, type Random } from "../origin/src/demo/random.ts";
import { freePort } from "../rehearse/src/live/free-port.ts";
import { until } from "../rehearse/src/live/until.ts";
import type { Faults } from "./broker/main.ts";
import { prepareEdge } from "./edge-process.ts";
import { startOriginProxy, type OriginProxy } from "./origin-proxy.ts";
import { startProcess, type Process } from "./process.ts";
import { createViewers, itemId, type Viewers } from "./viewers.ts";
import { watchStore, type WatchedStore } from "./watched-store.ts";

/** One that is started again when it was killed. */
export type Phoenix = {
  readonly pid: () => number;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
};

export type World = {
  readonly random: Random;
  readonly origin: Phoenix;
  readonly edge: Phoenix;
  /** Undefined while there is none: the origin starts it again after two seconds. */
  readonly pipelinePid: () => number | undefined;
  readonly proxy: OriginProxy;
  readonly store: WatchedStore;
  readonly viewers: Viewers;
  readonly setFaults: (faults: Partial<Faults>) => Promise<void>;
  readonly sendToQueue: (queue: string, body: unknown) => Promise<void>;
  /** JSON of each message that holds something bad. */
  readonly poison: Set<string>;
  /** Messages that the broker holds. */
  readonly waiting: () => Promise<number>;
  readonly stepEdgeClock: (ms: number) => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type WorldSettings = {
  readonly directory: string;
  readonly seed: number;
  readonly items: number;
  readonly signal: AbortSignal;
};

const TOKENS = { EDGE_TOKEN: "chaos-edge-token-0123456789", ADMIN_TOKEN: "chaos-admin-token-0123456789" };
const UP_WITHIN_MS = 30_000;

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const run = promisify(execFile);

export async function startWorld({ directory, seed, items, signal }: WorldSettings): Promise<World> {
  const processes = new Map<string, Process>();
  const ports = { edge: 0, deliver: 0, broker: 0, kv: 0, proxy: 0, origin: 0 };
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  const urlOf = (name: keyof typeof ports): string => `http://127.0.0.1:${ports[name]}`;
  const answers = (name: keyof typeof ports): Promise<void> =>
    until(
      `the ${name} answers`,
      async () => (await fetch(`${urlOf(name)}/health`, { signal })).status < 500,
      {
        withinMs: UP_WITHIN_MS,
        signal,
      },
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${processes.get(name)?.said()}`, { cause: error });
    });
  const phoenix = (name: "origin" | "edge" | "broker" | "kv", spawn: () => Process): Phoenix => ({
    pid: () => processes.get(name)?.pid ?? 0,
    kill: async () => processes.get(name)?.kill(),
    start: async () => {
      processes.set(name, spawn());
      await answers(name);
    },
  });
  const node = (module: string, environment: Readonly<Record<string, string>>): Process =>
    startProcess(process.execPath, [path(module)], {
      // A process that is started fifty times need not be compiled each time.
      NODE_COMPILE_CACHE: join(directory, "compiled"),
      ...environment,
    });

  const data = { ...TOKENS, SPILLWAY_DATA: join(directory, "data") };
  const catalogue = join(directory, "items.jsonl");
  const lines = Array.from({ length: items }, (_, at) =>
    JSON.stringify({ id: itemId(at), title: `Film ${at}` }),
  );
  writeFileSync(catalogue, lines.join("\n"));
  const [spawnEdge] = await Promise.all([
    prepareEdge({
      directory,
      edgePort: ports.edge,
      deliverPort: ports.deliver,
      brokerPort: ports.broker,
      kvPort: ports.kv,
      variables: {
        ORIGIN_URL: urlOf("proxy"),
        EDGE_TOKEN: TOKENS.EDGE_TOKEN,
        RETRY_BASE_S: "1",
        RETRY_CAP_S: "3",
      },
    }),
    run(process.execPath, [path("../origin/src/cli/main.ts"), "import", "--items", catalogue, "--json"], {
      env: { ...process.env, ...data },
    }),
  ]);
  const origin = phoenix("origin", () =>
    node("../origin/src/index.ts", {
      ...data,
      ORIGIN_HOST: "127.0.0.1",
      ORIGIN_PORT: String(ports.origin),
      KV_API_BASE: urlOf("kv"),
      REFRESH_CADENCE_S: "1",
      MAX_CLUSTERS: "1",
      LOG_LEVEL: "warn",
    }),
  );
  const edge = phoenix("edge", spawnEdge);
  const broker = phoenix("broker", () =>
    node("broker/main.ts", {
      PORT: String(ports.broker),
      SEED: String(seed),
      BROKER_DATABASE: join(directory, "broker.db"),
      DELIVER_URL: urlOf("deliver"),
    }),
  );
  const kv = phoenix("kv", () => node("../bench/origin/kv-server.ts", { PORT: String(ports.kv) }));
  const proxy = startOriginProxy(ports.proxy, ports.origin);
  const store = watchStore(join(directory, "data/spillway.db"));
  const stop = async (): Promise<void> => {
    proxy.close();
    await Promise.all([...processes.values()].map((one) => one.kill()));
  };
  try {
    await Promise.all([kv.start(), broker.start(), edge.start(), origin.start()]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    random: createRandom(seed, "faults"),
    origin,
    edge,
    pipelinePid: () => childOf(origin.pid()),
    proxy,
    store,
    viewers: createViewers(urlOf("edge"), createRandom(seed, "viewers")),
    setFaults: (faults) => put(`${urlOf("broker")}/faults`, JSON.stringify(faults)),
    sendToQueue: async (queue, body) => {
      const headers = { queue };
      await fetch(`${urlOf("broker")}/message`, { method: "POST", headers, body: JSON.stringify(body) });
    },
    poison: new Set(),
    waiting: async () => Number(await (await fetch(`${urlOf("broker")}/waiting`)).text()),
    stepEdgeClock: (ms) => put(`${urlOf("edge")}/clock`, String(ms)),
    stop,
  };
}

async function put(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: "PUT", body });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

function childOf(pid: number): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children === "" ? undefined : Number(children.split(" ")[0]);
  } catch {
    // The parent is gone, or there is no /proc.
    return undefined;
  }
}
