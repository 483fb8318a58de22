/** Waits until a part of Spillway is up, for as long as there is progress. */
import { howEnded, type Child } from "./child.ts";
import type { StartProgress, Step } from "./progress.ts";

export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "interrupted" }
  | { readonly kind: "ended"; readonly name: string; readonly code: number | string }
  | { readonly kind: "silent"; readonly doing: string };

export type Waiting = {
  readonly progress: StartProgress;
  readonly stopped: Promise<void>;
  /** The wait ends when any of these processes ends. */
  readonly needed: Readonly<Record<string, Child>>;
  /** Returns the present step, or undefined when the part is up. */
  readonly look: () => Promise<Step | undefined>;
};

/** After so long without progress and without a printed line, the start has hung. */
const SILENT_AFTER_MS = 15 * 60_000;
const LOOK_EVERY_MS = 200;

export function waitFor({ progress, stopped, needed, look }: Waiting): Promise<Outcome> {
  let over = false;
  const looking = async (): Promise<Outcome> => {
    const children = Object.values(needed);
    const fromMs = Date.now();
    for (;;) {
      const step = await look();
      // When another outcome came first, this result is ignored.
      if (step === undefined || over) return { kind: "ready" };
      progress.show(step);
      const activeMs = Math.max(
        fromMs,
        progress.lastMovedMs(),
        ...children.map((child) => child.lastOutputMs()),
      );
      if (Date.now() - activeMs > SILENT_AFTER_MS) return { kind: "silent", doing: step.doing };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const ends = Object.entries(needed).map(async ([name, child]): Promise<Outcome> => ({
    kind: "ended",
    name,
    code: await child.ended,
  }));
  const interrupted = stopped.then((): Outcome => ({ kind: "interrupted" }));
  return Promise.race([looking(), interrupted, ...ends]).finally(() => (over = true));
}

export function describeFailure(outcome: Exclude<Outcome, { kind: "ready" | "interrupted" }>): string {
  return outcome.kind === "ended"
    ? `the ${outcome.name} ended (${howEnded(outcome.code)})`
    : `there was no progress for ${SILENT_AFTER_MS / 60_000} minutes in this step: ${outcome.doing}`;
}
