/** Brings edge and origin up, one after the other, and stops both in the end. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { openDatabase, refuseDamaged } from "@spillway/store/database.ts";
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
import { startChild, type Child } from "./child.ts";
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

/** Resolves with the exit code, when everything has been stopped. */
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
    console.error("Stop that one first, or give this one a folder and ports of its own: SPILLWAY_DATA=…");
    return EXIT_FAILED;
  }
  const children: Child[] = [];
  try {
    const problem = await whyNotFree(config, lock.left);
    if (problem !== undefined) {
      console.error(problem);
      return EXIT_FAILED;
    }
    if (demo) resetDemo(config);
    refuseDamagedStore(config);
    return await run({ config, environment, children, stopped: onInterrupt() });
  } finally {
    // The origin first: its pipeline writes to the edge's KV until it has ended.
    for (const child of children.toReversed()) await child.stop();
    lock.release();
  }
}

function ensureDataFolder(path: string): void {
  try {
    ensureFolder(path);
    accessSync(path, constants.W_OK);
  } catch (error) {
    const reason = reasonOf(error);
    throw new ConfigError([{ key: "SPILLWAY_DATA", reason: `can't be used: ${reason}` }]);
  }
}

function resetDemo({ dataDirectory }: Config): void {
  const aside = moveDataAside(dataDirectory, Date.now());
  console.log(
    aside === undefined
      ? "There was nothing to move aside."
      : `What was stored has been moved to ${aside}; to have it again, stop, and move it back.`,
  );
}

/** Before anything is started on it. */
function refuseDamagedStore({ databasePath }: Config): void {
  const database = openDatabase(databasePath);
  try {
    refuseDamaged(database.sqlite);
  } finally {
    database.close();
  }
}

type Run = {
  readonly config: Config;
  readonly environment: Environment;
  /** Those that are to be stopped in the end; filled as they are started. */
  readonly children: Child[];
  readonly stopped: Promise<void>;
};

async function run({ config, environment, children, stopped }: Run): Promise<number> {
  const progress: StartProgress = createStartProgress((line) => console.log(line), Date.now);
  const edge = startEdge(config, environment);
  children.push(edge);
  // The edge boots while the demo is seeded. The origin comes last: its first cycle publishes to the edge's KV.
  if (!(await seed(config.databasePath, progress, stopped))) return 0;
  const edgeUp = await waitFor({
    progress,
    stopped,
    needed: { edge },
    look: () => lookAtEdge(config.edgePort),
  });
  if (edgeUp.kind !== "ready") return notStarted(edgeUp);
  const origin = startChild("origin", process.execPath, [join(REPOSITORY, "origin/src/index.ts")], {});
  children.push(origin);
  const published = await waitFor({
    progress,
    stopped,
    needed: { edge, origin },
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

/** Until it is stopped, the edge ends, or the origin says that it can't work with what it has. */
async function stayUp(edge: Child, origin: Child, stopped: Promise<void>): Promise<number> {
  let ending = false;
  const originGaveUp = new Promise<"origin">((resolve) => {
    void origin.exited.then((code) => {
      if (ending) return;
      if (code === EXIT_USAGE) resolve("origin");
      else
        console.error(
          `\nThe origin ended (exit code ${code}). The edge stays up and serves cluster pages; events wait in its queue.\n` +
            "It is not restarted by itself: pnpm spillway origin\n",
        );
    });
  });
  const ended = await Promise.race([stopped, originGaveUp, edge.exited.then((code) => ({ code }))]);
  ending = true;
  if (ended === undefined) {
    console.log("\nStopping …");
    return 0;
  }
  if (ended === "origin") {
    console.error("The origin ended, since it can't work with what it has: see its last line above.");
    return EXIT_USAGE;
  }
  console.error(`The edge ended (exit code ${ended.code}).`);
  return EXIT_FAILED;
}
