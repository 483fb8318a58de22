/** The origin of a rehearsal: a process and data of its own, the demo in it, pages published. */
import { join } from "node:path";
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";
import { untilReady } from "@spillway/kit/processes/until-ready.ts";

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

/** The pipeline is to learn once, before the run, and not in the middle of it. */
const REFRESH_CADENCE_S = "3600";
const READY_WITHIN_MS = 80_000;

/**
 * Resolves when the first cycle has been published. `own` is told of every process as soon as there is one.
 */
export async function startOrigin(
  settings: OriginSettings,
  own: (child: ChildProcess) => void,
  signal: AbortSignal,
): Promise<Origin> {
  const { repository, dataDirectory, port, adminToken } = settings;
  const seeding = startProcess({
    args: [join(repository, "demo/src/seed-demo-main.ts"), join(dataDirectory, "spillway.db")],
  });
  own(seeding);
  const code = await seeding.ended;
  if (code !== 0) throw new Error(`the demo can't be seeded (${code}): ${seeding.output()}`);
  signal.throwIfAborted();

  const environment = {
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
  };
  const origin = startProcess({ args: [join(repository, "origin/src/index.ts")], environment });
  own(origin);
  const url = `http://127.0.0.1:${port}`;
  const isPublished = async (): Promise<boolean> => {
    const health = (await (await fetch(`${url}/health`, { signal })).json()) as { generation?: number };
    // `generation` counts cycles that have ended well, publishing included.
    return (health.generation ?? 0) > 0;
  };
  await untilReady("the origin", origin, isPublished, { withinMs: READY_WITHIN_MS, signal });
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
