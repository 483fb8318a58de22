/** Starts the edge and then the origin, and stops both at the end. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { openDatabase, refuseDamaged } from "@spillway/store/database.ts";
import { makeDataFolderPrivate } from "@spillway/store/folder/private-files.ts";
import { ensureFolder } from "@spillway/store/ensure-folder.ts";
import {
  ConfigError,
  loadConfig,
  readEnvironment,
  REPOSITORY,
  type Config,
  type Environment,
} from "@spillway/origin/config.ts";
import { EXIT_FAILED, EXIT_USAGE } from "@spillway/kit/commands/usage.ts";
import { howEnded, startChild, type Child } from "./child.ts";
import { ORIGIN_UP_WITHIN_MS } from "../spike/control-client.ts";
import { startControl } from "./control/control-server.ts";
import { createDemoOrigin, type DemoOrigin } from "./control/demo-origin.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { announce } from "./announce.ts";
import { startEdge } from "./edge.ts";
import { onInterrupt } from "./interrupt.ts";
import { describeHolder, takeStartLock, type LockHolder } from "./lock.ts";
import { lookAtEdge, lookAtOrigin } from "./look.ts";
import { createStartProgress, type StartProgress } from "./progress.ts";
import { whyNotFree } from "./ports-free.ts";
import { moveDataAside } from "./reset-demo.ts";
import { seed } from "./seed.ts";
import { describeFailure, waitFor, type Outcome } from "./wait.ts";

export type StartOptions = { readonly demo: boolean };

/** Resolves with the exit code when everything has been stopped. */
export async function runStart({ demo }: StartOptions): Promise<number> {
  ensureDevVars();
  const environment = readEnvironment();
  const config = loadConfig(environment);
  ensureDataFolder(config.dataDirectory);
  const me: LockHolder = {
    pid: process.pid,
    sinceMs: Date.now(),
    edgePort: config.edgePort,
    originPort: config.port,
  };
  const lock = takeStartLock(config.dataDirectory, me);
  if (!lock.ok) {
    console.error(describeHolder(lock.holder, config.dataDirectory));
    console.error(
      "Stop it first, or set SPILLWAY_DATA, EDGE_PORT and ORIGIN_PORT to another folder and other ports.",
    );
    return EXIT_FAILED;
  }
  const children: Stoppable[] = [];
  try {
    const problem = await whyNotFree(config, lock.killed);
    if (problem !== undefined) {
      console.error(problem);
      return EXIT_FAILED;
    }
    if (demo) resetDemo(config);
    refuseDamagedStore(config);
    return await run({ config, environment, children, stopped: onInterrupt() });
  } finally {
    // The origin is stopped first, because its pipeline writes to the edge's KV until it has ended.
    for (const child of children.toReversed()) await child.stop();
    lock.release();
  }
}

function ensureDataFolder(path: string): void {
  try {
    ensureFolder(path);
    makeDataFolderPrivate(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const reason = reasonOf(error);
    throw new ConfigError([{ key: "SPILLWAY_DATA", reason: `cannot be used: ${reason}` }]);
  }
}

function resetDemo({ dataDirectory }: Config): void {
  const aside = moveDataAside(dataDirectory, Date.now());
  console.log(
    aside === undefined
      ? "There was no data to move aside."
      : `The stored data was moved to ${aside}. To restore it, stop this start and move it back.`,
  );
}

/** This check comes before any process uses the store. */
function refuseDamagedStore({ databasePath }: Config): void {
  const database = openDatabase(databasePath);
  try {
    refuseDamaged(database.sqlite);
  } finally {
    database.close();
  }
}

type Stoppable = Pick<Child, "stop">;

type Run = {
  readonly config: Config;
  readonly environment: Environment;
  /** The caller stops these children at the end; each is added when it is started. */
  readonly children: Stoppable[];
  readonly stopped: Promise<void>;
};

async function run({ config, environment, children, stopped }: Run): Promise<number> {
  const progress: StartProgress = createStartProgress((line) => console.log(line), Date.now);
  const origin = createDemoOrigin({
    spawn: () => startChild("origin", process.execPath, [join(REPOSITORY, "origin/src/index.ts")], {}),
    isUp: async () => (await lookAtOrigin(config.port)) === undefined,
    log: (line) => console.log(line),
    upWithinMs: ORIGIN_UP_WITHIN_MS,
  });
  const control = await startControl(config, origin);
  const edge = startEdge(config, environment, control);
  // The control is stopped first, so that nothing starts the origin again.
  children.push(edge, origin, control);
  // The edge boots while the demo is seeded. The origin is last, because its first cycle publishes to the
  // edge's KV.
  if (!(await seed(config.databasePath, progress, stopped))) return 0;
  const edgeUp = await waitFor({
    progress,
    stopped,
    needed: { edge },
    look: () => lookAtEdge(config.edgePort),
  });
  if (edgeUp.kind !== "ready") return notStarted(edgeUp);
  const firstOrigin = origin.start();
  const published = await waitFor({
    progress,
    stopped,
    needed: { edge, origin: firstOrigin },
    look: () => lookAtOrigin(config.port),
  });
  if (published.kind !== "ready") return notStarted(published);
  announce(config);
  return stayUp(edge, origin, stopped);
}

function notStarted(outcome: Exclude<Outcome, { kind: "ready" }>): number {
  if (outcome.kind === "interrupted") return 0;
  console.error(`Could not start: ${describeFailure(outcome)}.`);
  return outcome.kind === "ended" && outcome.code === EXIT_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/** Waits until it is stopped, until the edge ends, or until the origin reports data that it cannot use. */
async function stayUp(edge: Child, origin: DemoOrigin, stopped: Promise<void>): Promise<number> {
  const originGaveUp = origin.gaveUp.then(() => "origin" as const);
  const ended = await Promise.race([stopped, originGaveUp, edge.ended.then((code) => ({ code }))]);
  if (ended === undefined) {
    console.log("\nStopping …");
    return 0;
  }
  if (ended === "origin") {
    console.error("The origin ended, because it cannot use its data or settings; see its last line above.");
    return EXIT_USAGE;
  }
  console.error(`The edge ended (${howEnded(ended.code)}).`);
  return EXIT_FAILED;
}
