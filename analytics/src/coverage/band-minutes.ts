/** Finds the band and the threshold of each minute of an operator's day. Pure. */
import { compileRouting } from "@spillway/shared/routing/routing.ts";
import type { RoutingVersion } from "@spillway/shared/routing/routing.ts";
import type { LocalDay } from "./local-day.ts";

export type DayBand = {
  readonly name: string;
  /** Every threshold that the band had on this day; empty before any routing was pushed. */
  readonly thresholdsPerSec: readonly number[];
};

export type BandMinutes = {
  readonly bands: readonly DayBand[];
  /** The band of each minute of the day, as a position in `bands`. */
  readonly bandOf: Uint8Array;
  /** The threshold in each minute of the day; undefined before any routing was pushed. */
  readonly thresholdPerSec: readonly (number | undefined)[];
};

const MINUTE_MS = 60_000;

/**
 * `versions` are sorted, oldest first. A minute counts for the version that was in force at its start, and
 * before the first push for the first version.
 */
export function bandMinutes(day: LocalDay, versions: readonly RoutingVersion[]): BandMinutes {
  const compiled = versions.map((version) => ({
    pushedMs: version.pushedMs,
    rules: compileRouting(version),
  }));
  const thresholds = new Map<string, Set<number>>();
  const names: string[] = [];
  const bandOf = new Uint8Array(day.minutes);
  const thresholdPerSec = Array.from({ length: day.minutes }, (_, minute) => {
    const atMs = day.startMs + minute * MINUTE_MS;
    const holds = compiled.findLast(({ pushedMs }) => pushedMs <= atMs) ?? compiled[0];
    const band = holds?.rules.bandAt(atMs);
    const name = band?.name ?? "all day";
    if (!names.includes(name)) names.push(name);
    bandOf[minute] = names.indexOf(name);
    const own = thresholds.get(name) ?? new Set();
    if (band !== undefined) own.add(band.threshold_per_s);
    thresholds.set(name, own);
    return band?.threshold_per_s;
  });
  const bands = names.map((name) => ({ name, thresholdsPerSec: [...(thresholds.get(name) ?? [])] }));
  return { bands, bandOf, thresholdPerSec };
}
