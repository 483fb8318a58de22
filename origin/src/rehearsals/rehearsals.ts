/** The rehearsals of this origin since it started: one is played at a time, and the last ones are kept. */
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { commandOf, type Rehearsal } from "@spillway/simulation/rehearsal/parameters.ts";
import type { RehearsalResult } from "@spillway/simulation/rehearsal/rehearse.ts";
import { createBackgroundProcess } from "../background/background-process.ts";
import type { RehearsalState, StartedRehearsal } from "./messages.ts";

export type Rehearsals = {
  /** Undefined while another one is played. */
  readonly start: (rehearsal: Rehearsal, by: string) => StartedRehearsal | undefined;
  /** The newest first. */
  readonly list: () => readonly StartedRehearsal[];
  readonly find: (
    id: string,
  ) => { readonly started: StartedRehearsal; readonly result: RehearsalResult | undefined } | undefined;
  /** False where it is played no more. */
  readonly cancel: (id: string) => boolean;
  readonly stop: () => void;
};

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const DEADLINE_MS = 600_000;
const MOST_KEPT = 12;

type Kept = {
  readonly rehearsal: Rehearsal;
  started: StartedRehearsal;
  result: RehearsalResult | undefined;
  readonly abort: AbortController;
};

export function createRehearsals(nowMs: () => number): Rehearsals {
  const player = createBackgroundProcess<Rehearsal, RehearsalResult>(MAIN, DEADLINE_MS);
  /** The newest first. */
  let all: Kept[] = [];
  const isRunning = ({ started }: Kept): boolean => started.state.kind === "running";

  const play = async (kept: Kept): Promise<void> => {
    const beganMs = performance.now();
    const become = (state: RehearsalState): void => {
      kept.started = { ...kept.started, state };
    };
    const answer = await player.run(kept.rehearsal, {
      signal: kept.abort.signal,
      onProgress: ({ done, total }) => become({ kind: "running", progress: { done, total } }),
    });
    if (answer.kind === "done") {
      const { sentence, holds } = answer.result;
      kept.result = answer.result;
      become({ kind: "done", elapsedS: (performance.now() - beganMs) / 1000, sentence, holds });
    } else if (answer.kind === "cancelled") become({ kind: "cancelled" });
    else
      become({ kind: "failed", reason: answer.kind === "failed" ? answer.reason : "another one is played" });
  };

  return {
    start: (rehearsal, by) => {
      if (all.some(isRunning)) return undefined;
      const started: StartedRehearsal = {
        id: randomUUID(),
        startedAt: new Date(nowMs()).toISOString(),
        by,
        rehearsal,
        command: commandOf(rehearsal),
        state: { kind: "running", progress: null },
      };
      const kept: Kept = { rehearsal, started, result: undefined, abort: new AbortController() };
      all = [kept, ...all].slice(0, MOST_KEPT);
      void play(kept);
      return started;
    },
    list: () => all.map(({ started }) => started),
    find: (id) => all.find(({ started }) => started.id === id),
    cancel: (id) => {
      const found = all.find(({ started }) => started.id === id);
      if (found === undefined || !isRunning(found)) return false;
      found.started = { ...found.started, state: { kind: "cancelled" } };
      found.abort.abort();
      return true;
    },
    stop: player.stop,
  };
}
