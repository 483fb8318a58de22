/**
 * What runs in a process of its own: the origin with its pipeline, the edge, the queue's broker, and a KV.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";
import type { RestartableProcess } from "@spillway/kit/processes/restartable-process.ts";
import { runOk } from "@spillway/kit/processes/run.ts";
import { prepareEdge } from "./edge-process.ts";
import { restartableAt, type Addresses } from "./addresses.ts";
import { itemId } from "./viewers.ts";

export type Services = Readonly<Record<"origin" | "edge" | "broker" | "kv", RestartableProcess>>;

export type ServiceSettings = {
  readonly directory: string;
  readonly seed: number;
  /** How many the catalogue has. */
  readonly items: number;
  readonly signal: AbortSignal;
};

const TOKENS = { EDGE_TOKEN: "chaos-edge-token-0123456789", ADMIN_TOKEN: "chaos-admin-token-0123456789" };

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
    runOk({ args: [path("warm-cache.ts")], environment: cache }),
  ]);
  const node = (module: string, environment: Readonly<Record<string, string>>): ChildProcess =>
    startProcess({ args: [path(module)], environment: { ...cache, ...environment } });
  return {
    edge: restartableAt("edge", addresses, signal, spawnEdge),
    origin: restartableAt("origin", addresses, signal, () =>
      node("../../origin/src/index.ts", {
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
    broker: restartableAt("broker", addresses, signal, () =>
      node("broker/main.ts", {
        PORT: String(portOf("broker")),
        SEED: String(seed),
        BROKER_DATABASE: join(directory, "broker.db"),
        DELIVER_URL: urlOf("deliver"),
      }),
    ),
    kv: restartableAt("kv", addresses, signal, () =>
      node("../bench/origin/kv-server.ts", { PORT: String(portOf("kv")) }),
    ),
  };
}

export async function importCatalogue({
  directory,
  items,
}: Pick<ServiceSettings, "directory" | "items">): Promise<void> {
  const catalogue = join(directory, "items.jsonl");
  const lines = Array.from({ length: items }, (_, at) =>
    JSON.stringify({ id: itemId(at), title: `Film ${at}` }),
  );
  writeFileSync(catalogue, lines.join("\n"));
  await runOk({
    args: [path("../../cli/src/main.ts"), "import", "--items", catalogue, "--json"],
    environment: { SPILLWAY_DATA: dataOf(directory) },
  });
}

export function dataOf(directory: string): string {
  return join(directory, "data");
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
