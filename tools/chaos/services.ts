/** What runs in a process of its own: the origin with its pipeline, the edge, the queue's broker, and a KV. */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { prepareEdge } from "./edge-process.ts";
import { createPhoenix, type Addresses, type Phoenix } from "./phoenix.ts";
import { startProcess, type Process } from "./process.ts";
import { itemId } from "./viewers.ts";

export type Services = Readonly<Record<"origin" | "edge" | "broker" | "kv", Phoenix>>;

export type ServiceSettings = {
  readonly directory: string;
  readonly seed: number;
  /** Of the catalogue. */
  readonly items: number;
  readonly signal: AbortSignal;
};

const TOKENS = { EDGE_TOKEN: "chaos-edge-token-0123456789", ADMIN_TOKEN: "chaos-admin-token-0123456789" };

const run = promisify(execFile);

export function databasePath(directory: string): string {
  return join(dataOf(directory), "spillway.db");
}

/** Makes the store with its catalogue, bundles the worker, and starts nothing yet. */
export async function prepareServices(settings: ServiceSettings, addresses: Addresses): Promise<Services> {
  const { directory, seed, signal } = settings;
  const { portOf, urlOf } = addresses;
  // A process that is started fifty times need not be compiled each time.
  const cache = { NODE_COMPILE_CACHE: join(directory, "compiled") };
  const [spawnEdge] = await Promise.all([
    prepareEdge({
      directory,
      addresses,
      variables: {
        ORIGIN_URL: urlOf("proxy"),
        EDGE_TOKEN: TOKENS.EDGE_TOKEN,
        RETRY_BASE_S: "1",
        RETRY_CAP_S: "3",
      },
    }),
    importCatalogue(settings),
    run(process.execPath, [path("warm-cache.ts")], { env: { ...process.env, ...cache } }),
  ]);
  const node = (module: string, environment: Readonly<Record<string, string>>): Process =>
    startProcess(process.execPath, [path(module)], { ...cache, ...environment });
  return {
    edge: createPhoenix("edge", addresses, signal, spawnEdge),
    origin: createPhoenix("origin", addresses, signal, () =>
      node("../origin/src/index.ts", {
        ...TOKENS,
        SPILLWAY_DATA: dataOf(directory),
        ORIGIN_HOST: "127.0.0.1",
        ORIGIN_PORT: String(portOf("origin")),
        KV_API_BASE: urlOf("kv"),
        REFRESH_CADENCE_S: "1",
        MAX_CLUSTERS: "1",
        LOG_LEVEL: "warn",
      }),
    ),
    broker: createPhoenix("broker", addresses, signal, () =>
      node("broker/main.ts", {
        PORT: String(portOf("broker")),
        SEED: String(seed),
        BROKER_DATABASE: join(directory, "broker.db"),
        DELIVER_URL: urlOf("deliver"),
      }),
    ),
    kv: createPhoenix("kv", addresses, signal, () =>
      node("../tools/bench/origin/kv-server.ts", { PORT: String(portOf("kv")) }),
    ),
  };
}

async function importCatalogue({ directory, items }: ServiceSettings): Promise<void> {
  const catalogue = join(directory, "items.jsonl");
  const lines = Array.from({ length: items }, (_, at) =>
    JSON.stringify({ id: itemId(at), title: `Film ${at}` }),
  );
  writeFileSync(catalogue, lines.join("\n"));
  await run(process.execPath, [path("../../cli/src/main.ts"), "import", "--items", catalogue, "--json"], {
    env: { ...process.env, SPILLWAY_DATA: dataOf(directory) },
  });
}

function dataOf(directory: string): string {
  return join(directory, "data");
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
