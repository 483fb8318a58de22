/**
 * Reads `wrangler.toml`, and derives from it what Cloudflare needs and the configuration that is deployed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import * as z from "zod/mini";
import { isLoopback } from "@spillway/origin/http/auth.ts";

const queueSchema = z.looseObject({ queue: z.string(), dead_letter_queue: z.optional(z.string()) });
const configSchema = z.looseObject({
  name: z.string(),
  main: z.string(),
  assets: z.looseObject({ directory: z.string() }),
  kv_namespaces: z.array(z.looseObject({ binding: z.string(), id: z.string() })),
  queues: z.looseObject({ producers: z.array(queueSchema), consumers: z.array(queueSchema) }),
  vars: z.looseObject({ ORIGIN_URL: z.optional(z.string()) }),
});

export type WorkerConfig = z.output<typeof configSchema>;

/** Throws a ZodError when the file has not the shape of ours. */
export function readWorkerConfig(repository: string): WorkerConfig {
  return configSchema.parse(parse(readFileSync(join(repository, "wrangler.toml"), "utf8")));
}

/** Returns the name of each queue once, in the order of the file. */
export function queuesOf({ queues }: WorkerConfig): string[] {
  const named = [...queues.producers, ...queues.consumers];
  return [
    ...new Set(
      named.flatMap(({ queue, dead_letter_queue: letters }) =>
        letters === undefined ? [queue] : [queue, letters],
      ),
    ),
  ];
}

/** Returns the namespace's title and id. The id is undefined when the file has only a local name. */
export function pagesNamespaceOf(config: WorkerConfig): { title: string; id: string | undefined } {
  const id = config.kv_namespaces.find(({ binding }) => binding === "PAGES")?.id;
  return {
    title: `${config.name}-pages`,
    id: id !== undefined && /^[0-9a-f]{32}$/.test(id) ? id : undefined,
  };
}

/** Returns undefined when the address is missing or is reachable from this machine only. */
export function publicUrl(text: string | undefined): string | undefined {
  const url = URL.parse(text ?? "");
  return url !== null && /^https?:$/.test(url.protocol) && !isLoopback(url.hostname)
    ? url.href.replace(/\/+$/, "")
    : undefined;
}

/** Makes paths absolute, because this configuration is written to another folder than `wrangler.toml`. */
export function deployedConfig(
  config: WorkerConfig,
  repository: string,
  values: { readonly namespaceId: string | undefined; readonly originUrl: string },
): WorkerConfig {
  return {
    ...config,
    main: join(repository, config.main),
    assets: { ...config.assets, directory: join(repository, config.assets.directory) },
    kv_namespaces: config.kv_namespaces.map((namespace) =>
      namespace.binding === "PAGES" && values.namespaceId !== undefined
        ? { ...namespace, id: values.namespaceId }
        : namespace,
    ),
    vars: { ...config.vars, ORIGIN_URL: values.originUrl },
  };
}
