/** Folds pending tuples again and again in the pipeline's process, the seldomer the more there are. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { FoldedDay, FoldPending } from "./fold-pending.ts";

const LEAST_PAUSE_MS = 10_000;
/** A day of a hundred thousand is folded every eight minutes. */
const PAUSE_MS_PER_TUPLE = 5;

export type SampleReport =
  | { readonly kind: "folded"; readonly days: readonly FoldedDay[] }
  | { readonly kind: "failed"; readonly error: string };

export type KeepFoldingOptions = {
  readonly foldPending: FoldPending;
  readonly now: () => number;
  /** Nothing is told where nothing had changed. */
  readonly report: (report: SampleReport) => void;
};

/** Until the returned function is called, which resolves when the fold in hand has ended. */
export function keepFolding({ foldPending, now, report }: KeepFoldingOptions): () => Promise<void> {
  let wake: (() => void) | undefined;
  let stopping = false;
  const loop = async (): Promise<void> => {
    // oxlint-disable-next-line no-unmodified-loop-condition -- the returned function sets it while the loop waits
    while (!stopping) {
      let tuples = 0;
      try {
        const days = await foldPending.fold(now());
        tuples = days.reduce((sum, day) => sum + day.tuples, 0);
        if (days.length > 0) report({ kind: "folded", days });
      } catch (error) {
        // What is pending stays so, and the next fold takes it.
        report({ kind: "failed", error: reasonOf(error) });
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LEAST_PAUSE_MS + PAUSE_MS_PER_TUPLE * tuples);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (stopping) wake();
      });
    }
  };
  const running = loop();
  return async () => {
    stopping = true;
    wake?.();
    await running;
  };
}
