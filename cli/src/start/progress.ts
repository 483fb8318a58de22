/** Prints what `start` is doing: at once when the stage changes, otherwise every few seconds. */

export type Step = {
  readonly doing: string;
  readonly done?: number | undefined;
  readonly total?: number | undefined;
};

export type StartProgress = {
  readonly show: (step: Step) => void;
  /** When there was last any progress. */
  readonly lastMovedMs: () => number;
};

/** The intervals between two lines of the same stage, with and without progress. */
const MOVING_EVERY_MS = 5000;
const STILL_EVERY_MS = 20_000;

export function createStartProgress(print: (line: string) => void, nowMs: () => number): StartProgress {
  let last: Step = { doing: "" };
  let printed: Step = last;
  let movedMs = nowMs();
  let printedMs = -Infinity;
  let stageMs = movedMs;
  return {
    lastMovedMs: () => movedMs,
    show: (step) => {
      const now = nowMs();
      const isNewStage = step.doing !== last.doing;
      if (isNewStage) stageMs = now;
      if (isNewStage || step.done !== last.done) movedMs = now;
      last = step;
      const moved = step.done !== printed.done;
      if (!isNewStage && now - printedMs < (moved ? MOVING_EVERY_MS : STILL_EVERY_MS)) return;
      printed = step;
      printedMs = now;
      print(`  ${line(step, Math.round((now - stageMs) / 1000))}`);
    },
  };
}

function line({ doing, done, total }: Step, seconds: number): string {
  const counted = done === undefined || total === undefined || total <= 1 ? "" : ` ${done} of ${total}`;
  return `${doing}${counted} …${seconds === 0 ? "" : ` (${seconds} s)`}`;
}
