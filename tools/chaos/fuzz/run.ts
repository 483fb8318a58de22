/**
 * Runs the targets case by case. Each case draws from a sequence of its own, so that it can be made again
 * alone.
 */
import { createRandom } from "@spillway/demo/random.ts";
import {
  TARGETS,
  type Find,
  type FuzzOptions,
  type FuzzRun,
  type Target,
  type TargetResult,
} from "./contract.ts";
import { documentsTarget } from "./documents.ts";
import { parsersTarget } from "./parsers.ts";
import { createPlatform, type Platform } from "./platform.ts";
import { repliesTarget } from "./replies.ts";
import { requestsTarget } from "./requests.ts";
import { PUBLISHED_MS } from "./site.ts";
import type { RunCase } from "./target.ts";
import { viewersTarget } from "./viewers.ts";

const PROGRESS_EVERY_MS = 5000;
/** Then there is one cause, and more of the same tell nothing. */
const MAX_FINDS_PER_TARGET = 20;
const MAX_INPUT_LENGTH = 2000;

const MAKERS: Readonly<Record<Target, (platform: Platform) => RunCase | Promise<RunCase>>> = {
  requests: requestsTarget,
  documents: documentsTarget,
  replies: repliesTarget,
  viewers: viewersTarget,
  parsers: parsersTarget,
};

/** @public It is imported by its address. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzRun> {
  const { seed, counts, seconds, only } = options;
  const platform = createPlatform(PUBLISHED_MS);
  const finds: Find[] = [];
  const targets: Partial<Record<Target, TargetResult>> = {};
  const chosen = TARGETS.filter((target) =>
    only === undefined ? counts[target] !== undefined : only.target === target,
  );
  try {
    for (const target of chosen) {
      const runCase = await MAKERS[target](platform);
      targets[target] = await runTarget({
        target,
        platform,
        runCase,
        random: (at) => createRandom(seed, `${target} ${at}`),
        from: only?.at ?? 0,
        until: only === undefined ? (counts[target] ?? 0) : only.at + 1,
        endsMs: performance.now() + (seconds === undefined ? Infinity : (seconds * 1000) / chosen.length),
        onProgress: options.onProgress,
        onFind: (find) => {
          finds.push(find);
          options.onFind(find);
        },
      });
    }
  } finally {
    platform.restore();
  }
  return { seed, targets, finds };
}

type TargetRun = Pick<FuzzOptions, "onProgress" | "onFind"> & {
  readonly target: Target;
  readonly platform: Platform;
  readonly runCase: RunCase;
  readonly random: (at: number) => ReturnType<typeof createRandom>;
  readonly from: number;
  readonly until: number;
  readonly endsMs: number;
};

async function runTarget(run: TargetRun): Promise<TargetResult> {
  const { target, from, until, endsMs } = run;
  const startedMs = performance.now();
  let progressMs = startedMs;
  let found = 0;
  let at = from;
  const outcomes: Record<string, number> = {};
  const secondsSoFar = (): number => (performance.now() - startedMs) / 1000;
  for (; at < until && found < MAX_FINDS_PER_TARGET && performance.now() < endsMs; at += 1) {
    const { outcome, finds } = await oneCase(run, at);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    found += finds.length;
    for (const find of finds) run.onFind(find);
    if (performance.now() - progressMs < PROGRESS_EVERY_MS) continue;
    progressMs = performance.now();
    run.onProgress(`${target}: ${at + 1 - from} cases in ${secondsSoFar().toFixed(0)} s, ${found} finds`);
    // Timers and I/O have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return { cases: at - from, finds: found, seconds: secondsSoFar(), outcomes };
}

async function oneCase(run: TargetRun, at: number): Promise<{ outcome: string; finds: readonly Find[] }> {
  const { target, platform } = run;
  try {
    const { outcome, faults, input } = await run.runCase(run.random(at), at);
    const all = [
      ...faults,
      ...platform.unexpected().map((line) => `an error that nobody has thought of: ${line}`),
    ];
    // A case is one find, whatever follows from it.
    const finds =
      all.length === 0
        ? []
        : [{ target, at, what: all.join("; "), input: input().slice(0, MAX_INPUT_LENGTH) }];
    return { outcome, finds };
  } catch (error) {
    const what = `it throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    return { outcome: "thrown", finds: [{ target, at, what, input: "" }] };
  }
}
