/** `pnpm start`: the whole of Spillway on this machine, with the demo's data: origin, edge, first cycle. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { seedDemo } from "../import/seed-demo.ts";
import { openDatabase } from "../store/database.ts";
import { loadConfig, readEnvironment, REPOSITORY, type Config } from "../config.ts";
import { onInterrupt, startChild, type Child } from "./child.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { portProblem } from "./ports.ts";

const READY_WITHIN_MS = 80_000;

async function main(): Promise<number> {
  ensureDevVars();
  const config = loadConfig(readEnvironment());
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
  seed(config);

  const edge = startEdge(config);
  const origin = startChild("origin", process.execPath, [join(REPOSITORY, "origin/src/index.ts")], {});
  const stopped = onInterrupt();
  const ready = waitUntilReady(config);
  const first = await Promise.race([
    ready,
    stopped.then(() => "interrupted" as const),
    edge.exited.then((code) => `the edge ended with exit code ${code}` as const),
    origin.exited.then((code) => `the origin ended with exit code ${code}` as const),
  ]);
  if (first !== "ready") {
    if (first !== "interrupted") console.error(`Could not start: ${first}.`);
    await Promise.all([edge.stop(), origin.stop()]);
    return first === "interrupted" ? 0 : 1;
  }
  announce(config);
  void origin.exited.then((code) => {
    if (stopped.done()) return;
    console.error(
      `\nThe origin ended (exit code ${code}). The edge stays up and serves cluster pages; events wait in its queue.\n` +
        "It is not restarted by itself: pnpm spillway origin\n",
    );
  });
  const edgeEnded = await Promise.race([stopped.then(() => undefined), edge.exited]);
  if (edgeEnded !== undefined) console.error(`The edge ended (exit code ${edgeEnded}).`);
  else console.log("\nStopping …");
  await Promise.all([edge.stop(), origin.stop()]);
  return edgeEnded === undefined ? 0 : 1;
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

function startEdge(config: Config): Child {
  const variables = {
    ORIGIN_URL: `http://127.0.0.1:${config.port}`,
    EDGE_TOKEN: config.edgeToken,
    // Short cycles, so that a change shows at once; production's are in edge/src/env.ts.
    READ_CYCLE_MS: "1000",
    RETRY_BASE_S: "1",
    RETRY_CAP_S: "4",
  };
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
      ...Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ],
    // No call home: usage statistics, and the sample of what Cloudflare tells of a request.
    {
      WRANGLER_SEND_METRICS: "false",
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_LOG_PATH: join(config.dataDirectory, "edge-logs"),
    },
  );
}

/** Ready: the edge serves, and the first cycle's pages are published. */
async function waitUntilReady({ edgePort, port }: Config): Promise<"ready" | "it took too long"> {
  const untilMs = Date.now() + READY_WITHIN_MS;
  let told = "";
  // Once up, up: while the first pages are written, the local KV can keep the edge busy for a moment.
  let edgeUp = false;
  while (Date.now() < untilMs) {
    edgeUp ||= (await answers(`http://127.0.0.1:${edgePort}/health`)) !== undefined;
    const origin = await answers(`http://127.0.0.1:${port}/health`);
    // `generation` counts cycles that have ended well, publishing included.
    const published = origin !== undefined && "generation" in origin && Number(origin.generation) > 0;
    if (edgeUp && published) return "ready";
    const state = `edge ${edgeUp ? "up" : "starting"}, origin ${origin === undefined ? "starting" : "up"}, first pages ${published ? "published" : "being built"}`;
    if (state !== told) console.log(`  ${state}`);
    told = state;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return "it took too long";
}

async function answers(url: string): Promise<object | undefined> {
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
