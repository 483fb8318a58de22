/** A real origin for the console benchmark: seeded, with a first generation, and somebody signed in. */
import { join } from "node:path";
import { openDatabase, type Database } from "@spillway/store/database.ts";
import { latestGenerations } from "@spillway/store/pages/generations.ts";
import { until } from "@spillway/kit/processes/until.ts";
import { isIndividual, pathOf } from "../origin/measure-window.ts";
import { seedOrigin, type OriginSeed } from "../origin/seed-origin.ts";
import { startServer } from "../origin/server.ts";
import { signIn } from "./open-consoles.ts";
import { inspect, inspectable, type Inspected } from "./inspect-process.ts";

export type BenchOrigin = AsyncDisposable &
  Pick<Inspected, "heapBytes" | "processorMs"> & {
    readonly url: string;
    /** A server that answers as many bytes as a page has, and does nothing else. */
    readonly bareUrl: string;
    readonly users: number;
    readonly database: Database;
    /** Of an operator's session, as a request carries it. */
    readonly cookie: string;
    /** Of the admin, for who signs in. */
    readonly token: string;
  };

const ORIGIN = new URL("../../../origin/src/index.ts", import.meta.url);
const KV = new URL("../origin/kv-server.ts", import.meta.url);
const BARE = new URL("../origin/bare-server.ts", import.meta.url);
const ADMIN_TOKEN = "bench-token-of-the-admin";
const CYCLE_WITHIN_MS = 600_000;
const DAY_S = 86_400;

/** `folder`: an empty one, for its data. */
export async function startBenchOrigin(folder: string, seed: OriginSeed): Promise<BenchOrigin> {
  await using stack = new AsyncDisposableStack();
  const database = stack.adopt(openDatabase(join(folder, "spillway.db"), { durability: "normal" }), (open) =>
    open.close(),
  );
  seedOrigin(database, seed, Date.now());
  const kv = stack.use(await startServer(KV, "PORT", "/", {}));
  const { port, NODE_OPTIONS } = await inspectable();
  const { url } = stack.use(
    await startServer(ORIGIN, "ORIGIN_PORT", "/health", {
      SPILLWAY_DATA: folder,
      KV_API_BASE: kv.url,
      EDGE_TOKEN: "bench-token-of-the-edge",
      ADMIN_TOKEN,
      NODE_OPTIONS,
      LOG_LEVEL: "error",
      // One cycle at the start, and none beside what is measured.
      REFRESH_CADENCE_S: String(DAY_S),
      TRAIN_CADENCE_S: String(DAY_S),
    }),
  );
  await until("the first cycle has ended", () => cycleEnded(database), { withinMs: CYCLE_WITHIN_MS });
  const served = async () => (await fetch(url + pathOf(0, seed.users))).headers.get("Spillway-Served");
  await until("answers are individual", async () => isIndividual(await served()), { withinMs: 60_000 });
  const bytes = (await (await fetch(url + pathOf(0, seed.users))).arrayBuffer()).byteLength;
  const bare = stack.use(await startServer(BARE, "PORT", "/", { BYTES: String(bytes) }));
  const { pid } = (await (await fetch(`${url}/health`)).json()) as { pid: number };
  const { heapBytes, processorMs } = stack.use(await inspect(pid, port));
  const cookie = await signIn(url, ADMIN_TOKEN);
  const kept = stack.move();
  return {
    url,
    bareUrl: bare.url,
    users: seed.users,
    database,
    cookie,
    token: ADMIN_TOKEN,
    heapBytes,
    processorMs,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function cycleEnded(database: Database): boolean {
  const state = latestGenerations(database, 1)[0]?.state;
  if (state === "failed") throw new Error("the first cycle failed");
  return state === "done";
}
