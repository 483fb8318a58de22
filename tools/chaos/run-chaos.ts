/**
 * A run: the world comes up, every kill point of the plan is reached, and when all is quiet, what is stored
 * is judged.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@spillway/demo/random.ts";
import { until } from "@spillway/kit/processes/until.ts";
import { NotReached, type Act } from "./acts/act.ts";
import * as failures from "./acts/failures.ts";
import * as kills from "./acts/kills.ts";
import { KINDS, planKills, type Kind } from "./kinds.ts";
import { judge, type Verdict } from "./verdict.ts";
import { itemsFor } from "./viewers.ts";
import { startWorld, type World } from "./world.ts";

export type ChaosOptions = {
  readonly seed: number;
  readonly kills: number;
  /** Undefined: every kind that this machine can do. */
  readonly only: Kind | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
};

export type ChaosRun = Verdict & {
  readonly seed: number;
  /** Kill points that were reached. */
  readonly reached: Readonly<Partial<Record<Kind, number>>>;
  /** What this machine cannot do, and why. */
  readonly impossible: Readonly<Partial<Record<Kind, string>>>;
  readonly seconds: number;
};

const ACTS: Readonly<Record<Kind, Act>> = {
  "origin-before-commit": kills.originBeforeCommit,
  "origin-mid-transaction": kills.originMidTransaction,
  "origin-before-answer": kills.originBeforeAnswer,
  "consumer-before-ack": kills.consumerBeforeAck,
  "edge-after-202": kills.edgeAfter202,
  "pipeline-mid-fold": kills.pipelineMidFold,
  "pipeline-end-of-fold": kills.pipelineEndOfFold,
  everything: kills.everything,
  "disk-full": failures.diskFull,
  "sqlite-busy": failures.sqliteBusy,
  "queue-throws": failures.queueThrows,
  "queue-takes-and-throws": failures.queueTakesAndThrows,
  "queue-and-origin-gone": failures.queueAndOriginGone,
  "clock-steps": failures.clockSteps,
  "duplicated-reordered": failures.duplicatedReordered,
  "poison-message": failures.poisonMessage,
};

/** More than kill points need, of which one or the other takes its time. */
const PLAYS_PER_KILL = 120;
const MORE_PLAYS = 2000;
/** Then something is broken for good. */
const MAX_UNREACHED = 3;
const QUIET_WITHIN_MS = 60_000;

export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const { seed, say, signal } = options;
  const impossible = await failures.impossibleKinds();
  const possible = (options.only === undefined ? (Object.keys(KINDS) as Kind[]) : [options.only]).filter(
    (kind) => impossible[kind] === undefined,
  );
  if (possible.length === 0) throw new Error(`not on this machine: ${Object.values(impossible).join("; ")}`);
  const plan = planKills(options.kills, possible, createRandom(seed, "plan"));
  const directory = mkdtempSync(join(tmpdir(), "spillway-chaos-"));
  const startedMs = performance.now();
  const reached: Partial<Record<Kind, number>> = {};
  const unreached: string[] = [];
  let world: World | undefined;
  try {
    world = await startWorld({
      directory,
      seed,
      items: itemsFor(MORE_PLAYS + plan.length * PLAYS_PER_KILL),
      signal,
    });
    for (const [at, kind] of plan.entries()) {
      signal.throwIfAborted();
      const fromMs = performance.now();
      try {
        await ACTS[kind](world);
        reached[kind] = (reached[kind] ?? 0) + 1;
      } catch (error) {
        if (!(error instanceof NotReached)) throw error;
        unreached.push(`${KINDS[kind]}: ${error.message}`);
        if (unreached.length === MAX_UNREACHED) break;
      }
      say(
        `${at + 1}/${plan.length}  ${KINDS[kind]}  (${((performance.now() - fromMs) / 1000).toFixed(2)} s)`,
      );
    }
    const unquiet = await untilQuiet(world, signal);
    const verdict = judge(world);
    const wrong = [...unreached, ...unquiet, ...verdict.wrong];
    return { ...verdict, wrong, seed, reached, impossible, seconds: (performance.now() - startedMs) / 1000 };
  } finally {
    await world?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * Everything sent is answered, the queues are empty, and the fold has come to the last event; or says why
 * not.
 */
async function untilQuiet(world: World, signal: AbortSignal): Promise<string[]> {
  await world.viewers.settled();
  const isQuiet = async (): Promise<boolean> => {
    if ((await world.waiting()) > 0) return false;
    const [row] = world.store.read<{ folded: number; stored: number }>(
      `SELECT (SELECT ifnull(max(seq), 0) FROM events) AS stored,
              ifnull((SELECT json ->> 'seq' FROM documents WHERE key = 'fold-cursor'), 0) AS folded`,
    );
    return row !== undefined && row.folded === row.stored;
  };
  try {
    await until("the queues are empty, and every event is folded", isQuiet, {
      withinMs: QUIET_WITHIN_MS,
      signal,
    });
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
