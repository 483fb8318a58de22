/**
 * The isolates of a rehearsal: Miniflare instances that run what a deploy would upload, each a location with
 * its own KV.
 */
import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type LegacyWorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { withoutSignalHandlers } from "@spillway/kit/processes/interrupt.ts";

/** The bindings and settings of `wrangler.toml`, whatever they are. */
export type WorkerOptions = Omit<LegacyWorkerOptions, "assets" | "rootPath">;

export type Isolate = {
  /** Workerd's own port, straight to the worker. */
  readonly url: string;
  /** Where its KV is written. */
  readonly kvApiBase: string;
  readonly stop: () => Promise<void>;
};

/**
 * Reads a copy of `wrangler.toml` that it puts into `directory`: wrangler adds the secrets of a `.dev.vars`
 * that lies beside the file, and a rehearsal has its own.
 */
export function readWorkerOptions(repository: string, directory: string): WorkerOptions {
  const copy = join(directory, "wrangler.toml");
  copyFileSync(join(repository, "wrangler.toml"), copy);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(copy);
  // The storefront's files are not rehearsed, and would stand in front of the worker; the module is given
  // whole.
  const { assets: _assets, rootPath: _root, ...options } = workerOptions as LegacyWorkerOptions;
  return options;
}

/** The id of the namespace that is bound as PAGES; throws where there is none. */
export function kvNamespaceIdOf({ kvNamespaces }: WorkerOptions): string {
  const [, pages] = Object.entries(kvNamespaces ?? {}).find(([binding]) => binding === "PAGES") ?? [];
  if (typeof pages !== "object") throw new Error("wrangler.toml binds no KV namespace as PAGES");
  return pages.id;
}

export type IsolateSettings = {
  readonly modulePath: string;
  readonly worker: WorkerOptions;
  /** The isolate keeps its own state here, its KV above all. */
  readonly directory: string;
  /** Instead of those in `wrangler.toml`. */
  readonly variables: Readonly<Record<string, string>>;
};

/** Rejects where workerd does not start, and leaves nothing behind then. */
export async function startIsolate(settings: IsolateSettings): Promise<Isolate> {
  const { modulePath, worker, directory, variables } = settings;
  const options = convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    // No call home: the sample of what Cloudflare tells of a request, and usage statistics.
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    // Failures are counted in each isolate's `/health`, and show in what it answers.
    handleStructuredLogs: () => undefined,
    unsafeLocalExplorer: true,
    resourcePersistencePath: directory,
    workers: [
      {
        ...worker,
        name: "edge",
        modulesRoot: dirname(modulePath),
        modules: [{ type: "ESModule", path: modulePath }],
        bindings: { ...worker.bindings, ...variables },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  });
  const instance = withoutSignalHandlers(() => new Miniflare(options));
  try {
    const entry = await instance.ready;
    const direct = await instance.unsafeGetDirectURL();
    return {
      url: direct.origin,
      kvApiBase: `${entry.origin}/cdn-cgi/local/explorer/api`,
      stop: () => instance.dispose(),
    };
  } catch (error) {
    await instance.dispose();
    throw error;
  }
}
