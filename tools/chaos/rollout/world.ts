/**
 * For tests of rollouts: an origin and two edges, each a process that can be killed, with one KV between them
 * that each edge sees late, as it would.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";
import { freePort } from "@spillway/kit/processes/free-port.ts";
import {
  createRestartableProcess,
  type RestartableProcess,
} from "@spillway/kit/processes/restartable-process.ts";
import { isServing } from "@spillway/kit/processes/until-ready.ts";
import { run, type Ran } from "@spillway/kit/processes/run.ts";
import { edgeOf } from "../edge-process.ts";
import { dataOf, importCatalogue } from "../services.ts";
import { lateKv, listening, queueTo, type Answer } from "./late-kv.ts";

export type RolloutWorld = {
  readonly origin: RestartableProcess & { readonly url: string };
  readonly edges: readonly (RestartableProcess & { readonly url: string })[];
  /** While it is false, the origin's writes are refused. */
  readonly setKvUp: (isUp: boolean) => void;
  /** Calls the origin with the admin token. */
  readonly admin: (method: string, path: string, body?: string) => Promise<Response>;
  /** Runs `spillway` with these arguments. */
  readonly command: (...args: readonly string[]) => Promise<Ran>;
  readonly stop: () => Promise<void>;
};

export type RolloutWorldOptions = {
  /** The worker is bundled here (`bundleEdge`), and data are written here. */
  readonly directory: string;
  /** How late each edge sees what KV has taken. */
  readonly kvLagMs: readonly [number, number];
  readonly settings: Readonly<Record<string, string>>;
};

const TOKENS = { EDGE_TOKEN: "rollout-edge-token-0123456789", ADMIN_TOKEN: "rollout-admin-token-0123456789" };
const QUEUES = { EVENTS: "events", DEAD_LETTERS: "dead-letters", SERVING_LOG: "serving-log" };
const ITEMS = 40;
const READY_WITHIN_MS = 60_000;

export async function startRolloutWorld(options: RolloutWorldOptions): Promise<RolloutWorld> {
  const { directory, kvLagMs, settings } = options;
  const kv = lateKv();
  const servers: Server[] = [];
  const serve = async (answer: Answer): Promise<number> => {
    const server = await listening(answer);
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const kvPort = await serve(kv.forOrigin);
  const originPort = await freePort();
  const originUrl = `http://127.0.0.1:${originPort}`;
  const ours = { ...TOKENS, SPILLWAY_DATA: dataOf(directory), ORIGIN_PORT: String(originPort) };
  const origin = processAt("the origin", originUrl, () =>
    startProcess({
      args: [fileOf("origin/src/index.ts")],
      environment: {
        ...ours,
        KV_API_BASE: `http://127.0.0.1:${kvPort}`,
        LOG_LEVEL: "error",
        ...settings,
      },
    }),
  );
  await importCatalogue({ directory, items: ITEMS });
  const edges = await Promise.all(
    kvLagMs.map(async (lagMs, at) => {
      const [edge, deliver, own] = [await freePort(), await freePort(), await serve(kv.forEdge(lagMs))];
      const broker = await serve(queueTo(`http://127.0.0.1:${deliver}`));
      const ports = { edge, deliver, kv: own, broker, origin: originPort, proxy: originPort };
      const spawn = edgeOf({
        directory,
        name: `edge-${at}`,
        addresses: {
          portOf: (place) => ports[place],
          urlOf: (place) => `http://127.0.0.1:${ports[place]}`,
        },
        variables: {
          ORIGIN_URL: originUrl,
          EDGE_TOKEN: TOKENS.EDGE_TOKEN,
          READ_CYCLE_MS: "1000",
          SERVING_LOG_FLUSH_MS: "1000",
          RETRY_BASE_S: "1",
        },
        queues: QUEUES,
      });
      return processAt(`edge ${at}`, `http://127.0.0.1:${edge}`, spawn);
    }),
  );
  const stop = async (): Promise<void> => {
    await Promise.all([origin, ...edges].map((one) => one.kill()));
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  };
  try {
    await Promise.all([origin, ...edges].map((one) => one.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    origin,
    edges,
    setKvUp: kv.setUp,
    admin: (method, path, body) =>
      fetch(`${originUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${TOKENS.ADMIN_TOKEN}`, "content-type": "application/toml" },
        ...(body !== undefined && { body }),
      }),
    command: (...args) => run({ args: [fileOf("cli/src/main.ts"), ...args], environment: ours }),
    stop,
  };
}

function processAt(name: string, url: string, start: () => ChildProcess) {
  return {
    url,
    ...createRestartableProcess({
      name,
      start,
      isReady: () => isServing(`${url}/health`),
      patience: { withinMs: READY_WITHIN_MS },
    }),
  };
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
