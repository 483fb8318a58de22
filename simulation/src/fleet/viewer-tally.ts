/** Counts how each kind of viewer is served while a run is in its spike or outage. */
import { RUNGS, type Rung } from "./tally.ts";
import { VIEWERS, type Viewer } from "./viewers.ts";

export type ServedViewers = Readonly<Record<Viewer, Readonly<Record<Rung, number>>>>;

export class ViewerTally {
  readonly served: Record<Viewer, Record<Rung, number>>;
  readonly #fromMs: number;
  readonly #toMs: number;

  /** Counts who arrives within the span; without one, everybody. */
  constructor(span: { readonly fromS: number; readonly toS: number } | undefined) {
    this.#fromMs = (span?.fromS ?? Number.NEGATIVE_INFINITY) * 1000;
    this.#toMs = (span?.toS ?? Number.POSITIVE_INFINITY) * 1000;
    this.served = Object.fromEntries(VIEWERS.map((viewer) => [viewer, none()])) as typeof this.served;
  }

  serve(viewer: Viewer, rung: Rung, arrivedMs: number): void {
    if (arrivedMs >= this.#fromMs && arrivedMs < this.#toMs) this.served[viewer][rung] += 1;
  }
}

function none(): Record<Rung, number> {
  return Object.fromEntries(RUNGS.map((rung) => [rung, 0])) as Record<Rung, number>;
}
