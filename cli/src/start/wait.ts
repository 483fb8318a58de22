/** Waits for a part of Spillway to come up: as long as there is progress, whatever the clock says. */
import type { Child } from "./child.ts";
import type { StartProgress, Step } from "./progress.ts";

export type Outcome =
  | { readonly kind: "ready" }
  | { readonly kind: "interrupted" }
  | { readonly kind: "ended"; readonly name: string; readonly code: number | string }
  | { readonly kind: "silent"; readonly doing: string };

export type Waiting = {
  readonly progress: StartProgress;
  readonly stopped: Promise<void>;
  /** Whose end is ours. */
  readonly needed: Readonly<Record<string, Child>>;
  /** Where things stand; undefined: it is up. */
  readonly look: () => Promise<Step | undefined>;
};

/** Nothing moved and nobody printed a line for so long: whatever it is, it hangs. */
const SILENT_AFTER_MS = 15 * 60_000;
const LOOK_EVERY_MS = 200;

export function waitFor({ progress, stopped, needed, look }: Waiting): Promise<Outcome> {
  let over = false;
  const looking = async (): Promise<Outcome> => {
    const children = Object.values(needed);
    const fromMs = Date.now();
    for (;;) {
      const step = await look();
      // Another outcome came first: nobody listens any more.
      if (step === undefined || over) return { kind: "ready" };
      progress.show(step);
      const heardMs = Math.max(
        fromMs,
        progress.lastMovedMs(),
        ...children.map((child) => child.lastHeardMs()),
      );
      if (Date.now() - heardMs > SILENT_AFTER_MS) return { kind: "silent", doing: step.doing };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  const ends = Object.entries(needed).map(async ([name, child]): Promise<Outcome> => ({
    kind: "ended",
    name,
    code: await child.exited,
  }));
  const interrupted = stopped.then((): Outcome => ({ kind: "interrupted" }));
  return Promise.race([looking(), interrupted, ...ends]).finally(() => (over = true));
}

export function describeFailure(outcome: Exclude<Outcome, { kind: "ready" | "interrupted" }>): string {
  return outcome.kind === "ended"
    ? `the ${outcome.name} ended (exit code ${outcome.code})`
    : `nothing has moved for ${SILENT_AFTER_MS / 60_000} minutes, while this was being done: ${outcome.doing}`;
}
