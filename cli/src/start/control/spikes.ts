/** The one spike that may run: who plays it, how far it is, and what its end brings back. */
import { spikeSentence, type SpikeProgress } from "../../spike/spike-progress.ts";
import type { DemoOrigin } from "./demo-origin.ts";

export type Spikes = {
  /** Undefined before the first one. Of the last one after its end. */
  readonly progress: () => SpikeProgress | undefined;
  readonly isRunning: () => boolean;
  /** Returns why it is refused, if it is: another one runs. */
  readonly heard: (progress: SpikeProgress) => string | undefined;
  readonly kickOff: () => string | undefined;
  readonly stop: () => Promise<void>;
  /** Why the last one failed, in its own words. */
  readonly problem: () => string | undefined;
  readonly sentence: () => string;
  /** Looks whether the one that ran has gone silent. Call it each second. */
  readonly check: () => void;
};

export type SpikesParts = {
  readonly nowMs: () => number;
  readonly origin: Pick<DemoOrigin, "state" | "startAgain">;
  readonly spawn: () => SpikeChild;
};

/** A process of `spillway spike`. */
export type SpikeChild = {
  readonly ended: Promise<number | string>;
  readonly output: () => string;
  readonly stop: () => Promise<void>;
};

/** A command tells of itself several times a second; one that is silent for so long was killed. */
const SILENT_AFTER_MS = 5000;
/** 1: somebody got no page, which the figures say. */
const TELLING_CODES: ReadonlySet<number | string> = new Set([0, 1, 130]);
const ALREADY = "a spike is being played already";

export function createSpikes({ nowMs, origin, spawn }: SpikesParts): Spikes {
  let latest: SpikeProgress | undefined;
  let heardMs = 0;
  let child: SpikeChild | undefined;
  let problem: string | undefined;
  let wasRunning = false;

  const isTelling = (): boolean =>
    latest !== undefined && latest.phase !== "over" && nowMs() - heardMs < SILENT_AFTER_MS;
  const isRunning = (): boolean => child !== undefined || isTelling();
  const check = (): void => {
    const running = isRunning();
    if (wasRunning && !running) {
      if (latest !== undefined && latest.phase !== "over") latest = { ...latest, phase: "over" };
      // Whoever killed it for the show, and has not brought it back.
      if (origin.state() === "dead") void origin.startAgain().catch(() => undefined);
    }
    wasRunning = running;
  };
  return {
    progress: () => latest,
    isRunning,
    problem: () => problem,
    sentence: () => spikeSentence(latest, origin.state()),
    check,
    heard: (progress) => {
      if (isTelling() && latest?.id !== progress.id) return ALREADY;
      [latest, heardMs] = [progress, nowMs()];
      check();
      return undefined;
    },
    kickOff: () => {
      if (isRunning()) return ALREADY;
      const started = spawn();
      [child, problem] = [started, undefined];
      check();
      void started.ended.then((code) => {
        child = undefined;
        if (!TELLING_CODES.has(code) || latest === undefined) problem = started.output();
        check();
      });
      return undefined;
    },
    stop: async () => {
      await child?.stop();
    },
  };
}
