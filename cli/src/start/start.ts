/** `pnpm start`: the whole of Spillway on this machine, with the demo's data: origin, edge, first cycle. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seedDemo } from "@spillway/demo/seed-demo.ts";
import { openDatabase } from "@spillway/store/database.ts";
import {
  loadConfig,
  readEnvironment,
  REPOSITORY,
  type Config,
  type Environment,
} from "@spillway/origin/config.ts";
import { onInterrupt, startChild, type Child, type Interrupt } from "./child.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { portProblem } from "./ports.ts";
import { formatVariables } from "./variables-file.ts";

const READY_WITHIN_MS = 80_000;

/** Of this environment, what the edge is to have too. */
const EDGE_VARIABLES = /^(USER_TOKEN_\w+|ALLOWED_ORIGINS)$/;

async function main(): Promise<number> {
  ensureDevVars();
  const environment = readEnvironment();
  const config = loadConfig(environment);
  for (const [name, port] of [
    ["EDGE_PORT", config.edgePort],
    ["ORIGIN_PORT", config.port],
  ] as const) {
    const problem = await portProblem(port);
    if (problem !== undefined) {
      console.error(`${problem} Set ${name} to a free one: ${name}=${port + 10} npx -y pnpm@12 start`);
      return 1;
    }
  }
  mkdirSync(config.dataDirectory, { recursive: true });
  const children: Child[] = [];
  try {
    return await run(config, environment, children, onInterrupt());
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/** Resolves with the exit code, when everything is to be stopped. */
async function run(
  config: Config,
  environment: Environment,
  children: Child[],
  stopped: Interrupt,
): Promise<number> {
  const edge = startEdge(config, environment);
  children.push(edge);
  // The edge boots while the demo is seeded. The origin comes last: its first cycle publishes to the edge's KV.
  seed(config);
  const edgeUrl = `http://127.0.0.1:${config.edgePort}/health`;
  const edgeUp = await outcome(
    "edge starting",
    stopped,
    { edge },
    async () => (await answer(edgeUrl)) !== undefined,
  );
  if (edgeUp !== "ready") return notStarted(edgeUp);
  const origin = startChild("origin", process.execPath, [join(REPOSITORY, "origin/src/index.ts")], {});
  children.push(origin);
  const originUrl = `http://127.0.0.1:${config.port}/health`;
  const published = await outcome("edge up, first pages being built", stopped, { edge, origin }, async () => {
    const health = await answer(originUrl);
    // `generation` counts cycles that have ended well, publishing included.
    return health !== undefined && "generation" in health && Number(health.generation) > 0;
  });
  if (published !== "ready") return notStarted(published);
  announce(config);
  let ending = false;
  void origin.exited.then((code) => {
    if (ending) return;
    console.error(
      `\nThe origin ended (exit code ${code}). The edge stays up and serves cluster pages; events wait in its queue.\n` +
        "It is not restarted by itself: pnpm spillway origin\n",
    );
  });
  const edgeEnded = await Promise.race([stopped.then(() => undefined), edge.exited]);
  ending = true;
  if (edgeEnded === undefined) console.log("\nStopping …");
  else console.error(`The edge ended (exit code ${edgeEnded}).`);
  return edgeEnded === undefined ? 0 : 1;
}

/** `ready` as soon as `isReady` says so; otherwise why not. */
function outcome(
  doing: string,
  stopped: Interrupt,
  needed: Readonly<Record<string, Child>>,
  isReady: () => Promise<boolean>,
): Promise<string> {
  console.log(`  ${doing} …`);
  return Promise.race([
    waitUntil(isReady),
    stopped.then(() => "interrupted"),
    ...Object.entries(needed).map(
      async ([name, child]) => `the ${name} ended with exit code ${await child.exited}`,
    ),
  ]);
}

function notStarted(why: string): number {
  if (why === "interrupted") return 0;
  console.error(`Could not start: ${why}.`);
  return 1;
}

function seed(config: Config): void {
  const database = openDatabase(config.databasePath);
  try {
    const seeded = seedDemo(database, Date.now());
    if (seeded !== undefined) {
      console.log(`Seeded the demo: ${seeded.items} items, ${seeded.users} synthetic users.`);
    }
  } finally {
    database.close();
  }
}

function startEdge(config: Config, environment: Environment): Child {
  const variables = {
    ...givenToEdge(environment),
    ORIGIN_URL: `http://127.0.0.1:${config.port}`,
    EDGE_TOKEN: config.edgeToken,
    // Short cycles, so that a change shows at once; production's are in edge/src/env.ts.
    READ_CYCLE_MS: "1000",
    SERVING_LOG_FLUSH_MS: "1000",
    RETRY_BASE_S: "1",
  };
  // In a file, since arguments can be read by everybody on the machine.
  const variablesPath = join(config.dataDirectory, "edge.vars");
  writeFileSync(variablesPath, formatVariables(variables), { mode: 0o600 });
  return startChild(
    "edge",
    join(REPOSITORY, "node_modules/.bin/wrangler"),
    [
      "dev",
      "--port",
      String(config.edgePort),
      "--ip",
      "127.0.0.1",
      "--persist-to",
      join(config.dataDirectory, "edge"),
      "--show-interactive-dev-session=false",
      "--log-level",
      "warn",
      "--env-file",
      variablesPath,
    ],
    // No call home: usage statistics, and the sample of what Cloudflare tells of a request.
    {
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_LOG_PATH: join(config.dataDirectory, "edge-logs"),
    },
  );
}

function givenToEdge(environment: Environment): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (EDGE_VARIABLES.test(name) && value !== undefined) given[name] = value;
  }
  return given;
}

async function waitUntil(isReady: () => Promise<boolean>): Promise<string> {
  const untilMs = Date.now() + READY_WITHIN_MS;
  while (Date.now() < untilMs) {
    if (await isReady()) return "ready";
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return `it took more than ${READY_WITHIN_MS / 1000} s`;
}

async function answer(url: string): Promise<object | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const body: unknown = await response.json();
    return response.ok && typeof body === "object" && body !== null ? body : undefined;
  } catch {
    // Not up yet: the caller asks again.
    return undefined;
  }
}

function announce({ edgePort, port, dataDirectory }: Config): void {
  console.log(`
Spillway is up.
  storefront  http://localhost:${edgePort}/
  edge        http://localhost:${edgePort}/recommendations
  origin      http://localhost:${port}/health  (metrics: /metrics)
  data        ${dataDirectory}

Try first:
  curl -i 'localhost:${edgePort}/recommendations?user=u42&context=homepage'

Ctrl-C stops everything and keeps the data.
`);
}

process.exitCode = await main();
