/** The worker in a workerd of its own: real queue bindings, whose other end is the broker. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { startProcess, type ChildProcess } from "@spillway/kit/processes/child-process.ts";
import { bundleWorker } from "@spillway/edge/build/bundle-worker.ts";
import { QUEUES } from "./broker/queues.ts";
import type { Addresses } from "./addresses.ts";

export type EdgeSettings = {
  /** The bundle and the configuration are written here. */
  readonly directory: string;
  readonly addresses: Addresses;
  readonly variables: Readonly<Record<string, string>>;
  /** Of several edges in one directory. */
  readonly name?: string;
  /** By their bindings in the worker. */
  readonly queues?: Readonly<Record<string, string>>;
};

const COMPATIBILITY_DATE = "2026-11-17";
const MODULES = ["deliver", "stepped-clock"] as const;

/** Bundles the worker once; what it returns starts it, again and again. */
export async function prepareEdge(settings: EdgeSettings): Promise<() => ChildProcess> {
  await bundleEdge(settings.directory);
  return edgeOf(settings);
}

export async function bundleEdge(directory: string): Promise<void> {
  await bundleWorker(directory);
  for (const module of MODULES) {
    const source = readFileSync(new URL(`edge/${module}.ts`, import.meta.url), "utf8");
    writeFileSync(join(directory, `${module}.js`), stripTypeScriptTypes(source));
  }
}

/** Starts the worker that was bundled in the directory. */
export function edgeOf(settings: EdgeSettings): () => ChildProcess {
  const { directory, name = "config" } = settings;
  const configuration = join(directory, `${name}.capnp`);
  // It holds the token.
  writeFileSync(configuration, configure(settings), { mode: 0o600 });
  // The package's default export is the path of its binary.
  const binary = (createRequire(import.meta.url)("workerd") as { default: string }).default;
  // Handlers other than `fetch` can be called from outside only with this.
  return () => startProcess({ command: binary, args: ["serve", "--experimental", configuration] });
}

function configure({ addresses: { portOf }, variables, queues: given = QUEUES }: EdgeSettings): string {
  const queues = Object.entries(given);
  const bindings = [
    '(name = "PAGES", kvNamespace = "kv")',
    ...queues.map(([binding, queue]) => `(name = "${binding}", queue = "${queue}")`),
    ...Object.entries(variables).map(([name, text]) => `(name = "${name}", text = "${text}")`),
  ];
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "internet", network = (allow = ["public", "private"])),
    (name = "kv", external = (address = "127.0.0.1:${portOf("kv")}", http = ())),
    ${queues.map(([, queue]) => queueService(queue, portOf("broker"))).join("\n    ")}
    (name = "edge", worker = (
      modules = [(name = "stepped-clock.js", esModule = embed "stepped-clock.js"), (name = "index.js", esModule = embed "index.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}", bindings = [${bindings.join(", ")}])),
    (name = "deliver", worker = (
      modules = [(name = "deliver.js", esModule = embed "deliver.js")],
      compatibilityDate = "${COMPATIBILITY_DATE}", compatibilityFlags = ["service_binding_extra_handlers"],
      bindings = [(name = "EDGE", service = "edge")]))
  ],
  sockets = [
    (name = "edge", address = "127.0.0.1:${portOf("edge")}", http = (), service = "edge"),
    (name = "deliver", address = "127.0.0.1:${portOf("deliver")}", http = (), service = "deliver")
  ]
);
`;
}

/** The binding does not say which queue it is: a header does. */
function queueService(queue: string, port: number): string {
  const header = `injectRequestHeaders = [(name = "queue", value = "${queue}")]`;
  return `(name = "${queue}", external = (address = "127.0.0.1:${port}", http = (${header}))),`;
}
