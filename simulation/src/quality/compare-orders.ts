/**
 * The same kick-off with and without the order in which isolates give out their shares, at a small and at a
 * large spike.
 */
import type { FleetOptions } from "../fleet/options.ts";
import { scenario } from "../fleet/scenario.ts";
import { simulate } from "../fleet/simulate.ts";
import { qualityOf, type ViewerQuality } from "./quality.ts";
import type { Retention } from "./retention.ts";

export type OrderComparison = {
  /** The spike, in T. */
  readonly peak: number;
  readonly withOrder: ViewerQuality;
  readonly withoutOrder: ViewerQuality;
};

/** Plays both. `onProgress` tells the seconds that have been played, and of how many. */
export function compareOrders(
  options: FleetOptions,
  { base, peak }: { readonly base: number; readonly peak: number },
  retention: Retention,
  onProgress: (atS: number, ofS: number) => void = () => {},
): OrderComparison {
  const played = scenario("kickoff", { base, peak });
  const [withOrder, withoutOrder] = [true, false].map((ordersClaims, at) => {
    const run = simulate({ ...options, ordersClaims }, played, (atS) =>
      onProgress(at * played.durationS + atS, 2 * played.durationS),
    );
    return qualityOf(run.viewers, retention);
  }) as [ViewerQuality, ViewerQuality];
  return { peak, withOrder, withoutOrder };
}
