/** The origin of a rehearsal: a process and data of its own, the demo in it, pages published. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startNode, type ChildProcess } from "./child-process.ts";
import { until } from "@spillway/kit/processes/until.ts";

export type OriginSettings = {
  readonly repository: string;
  readonly dataDirectory: string;
  readonly port: number;
  readonly edgeToken: string;
  readonly adminToken: string;
  readonly kvApiBase: string;
  readonly kvNamespaceId: string;
};

export type Origin = {
  readonly url: string;
  /** Pushes bands that all have this threshold. Throws unless the origin obeys and KV has them. */
  readonly pushThreshold: (thresholdPerSec: number) => Promise<void>;
};

/** The same two calls as `pnpm start`; the origin's modules are its own, so a process of their own makes them. */
const SEED = `
  const [store, demo, path] = process.argv.slice(1);
  const { openDatabase } = await import(store);
  const { seedDemo } = await import(demo);
  const database = openDatabase(path);
  seedDemo(database, Date.now());
  database.close();
`;
/** The pipeline is to learn once, before the run, and not in the middle of it. */
const REFRESH_CADENCE_S = "3600";
const READY_WITHIN_MS = 80_000;

/** Resolves when the first cycle has been published. `own` is told of every process as soon as there is one. */
export async function startOrigin(
  settings: OriginSettings,
  own: (child: ChildProcess) => void,
  signal: AbortSignal,
): Promise<Origin> {
  const { repository, dataDirectory, port, adminToken } = settings;
  const source = (path: string): string => join(repository, "origin/src", path);
  const seeding = startNode(
    [
      "--input-type=module",
      "--eval",
      SEED,
      ...["store/database.ts", "import/seed-demo.ts"].map((path) => pathToFileURL(source(path)).href),
      join(dataDirectory, "spillway.db"),
    ],
    {},
  );
  own(seeding);
  const code = await seeding.ended;
  if (code !== 0) throw new Error(`the demo can't be seeded (${code}): ${seeding.said()}`);
  signal.throwIfAborted();

  const origin = startNode([source("index.ts")], {
    SPILLWAY_DATA: dataDirectory,
    ORIGIN_HOST: "127.0.0.1",
    ORIGIN_PORT: String(port),
    EDGE_TOKEN: settings.edgeToken,
    ADMIN_TOKEN: adminToken,
    KV_API_BASE: settings.kvApiBase,
    KV_NAMESPACE_ID: settings.kvNamespaceId,
    KV_API_TOKEN: "",
    INSTANCES: "1",
    MAX_IN_FLIGHT: "",
    REFRESH_CADENCE_S,
    LOG_LEVEL: "warn",
  });
  own(origin);
  const url = `http://127.0.0.1:${port}`;
  const isPublished = async (): Promise<boolean> => {
    const health = (await (await fetch(`${url}/health`, { signal })).json()) as { generation?: number };
    // `generation` counts cycles that have ended well, publishing included.
    return (health.generation ?? 0) > 0;
  };
  const outcome = await Promise.race([
    origin.ended,
    until("the origin has published its first pages", isPublished, { withinMs: READY_WITHIN_MS, signal }),
  ]);
  if (outcome !== undefined) throw new Error(`the origin ended (${outcome}): ${origin.said()}`);
  return {
    url,
    pushThreshold: async (thresholdPerSec) => {
      const response = await fetch(`${url}/routing`, {
        method: "PUT",
        headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
        body: JSON.stringify({
          time_zone: "UTC",
          bands: [{ name: "all day", from: "00:00", threshold_per_s: thresholdPerSec }],
        }),
        signal,
      });
      const text = await response.text();
      if (!response.ok || (JSON.parse(text) as { published?: boolean }).published !== true) {
        throw new Error(`the threshold can't be pushed: ${url}/routing answered ${response.status}: ${text}`);
      }
    },
  };
}
