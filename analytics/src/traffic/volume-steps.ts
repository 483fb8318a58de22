/** Finds steps in the daily call volumes, in total and by band. */
import { weekdayOf } from "./calendar.ts";
import { findSteps, type Step } from "./change-points.ts";
import type { Rollup } from "./rollup.ts";

export type VolumeStep = Step & {
  /** The band's name, or `all day`. */
  readonly where: string;
};

/** A series with fewer calls a day is not searched for steps. */
const MIN_MEAN = 20;

/** Returns steps of calls by day, in total and in each band, up and down, the surest first. */
export function volumeSteps({ calendar, counts }: Rollup, isPartial: Uint8Array): VolumeStep[] {
  const { days, bands } = calendar;
  const byBand = bands.map((name, band) => ({
    name,
    values: days.map((_, day) => counts.byBand[day * bands.length + band]!),
  }));
  const total = days.map((_, day) => byBand.reduce((sum, { values }) => sum + values[day]!, 0));
  // A band that is the whole day says no more than the day.
  const series = [{ name: "all day", values: total }, ...(bands.length > 1 ? byBand : [])];
  const weekdays = days.map(weekdayOf);
  return series
    .filter(({ values }) => values.reduce((sum, value) => sum + value, 0) >= MIN_MEAN * days.length)
    .flatMap(({ name, values }) =>
      findSteps(
        // Days of which the log has nothing, or only a part, are unknown and not quiet.
        values.map((value, day) =>
          total[day] === 0 || isPartial[day] === 1 ? undefined : Math.log(value + 1),
        ),
        weekdays,
      ).map((step) => ({ ...step, where: name })),
    )
    .toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z));
}
