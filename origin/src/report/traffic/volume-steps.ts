/** Steps in nightly call volumes, whole and by band, and in what only opens the homepage, by hour. */
import { correlatedPosts, hasSlot, SLOT_MINUTES } from "./actor-nights.ts";
import { weekdayOf } from "./calendar.ts";
import { findSteps, type Step } from "./change-points.ts";
import type { Rollup } from "./rollup.ts";

export type VolumeStep = Step & {
  /** The band's name, or `all day`. */
  readonly where: string;
};

/** A series that is hardly there has no steps worth a look. */
const LEAST_MEAN = 20;

/** Of calls by day, by night and in each band; upward and downward. */
export function volumeSteps({ calendar, counts }: Rollup): VolumeStep[] {
  const { nights, bands } = calendar;
  const series = (band: number): number[] =>
    nights.map((_, night) => counts.byBand[night * bands.length + band]!);
  const all = bands.map((_, band) => series(band));
  const total = nights.map((_, night) => all.reduce((sum, values) => sum + values[night]!, 0));
  return [
    { name: "all day", values: total },
    ...bands.map(({ name }, band) => ({ name, values: all[band]! })),
  ].flatMap(({ name, values }) => stepsOf(values, total, nights).map((step) => ({ ...step, where: name })));
}

/** Nights on which visits that only open the homepage became more, in whatever hour: best first. */
export function homepageSteps({ calendar, actors }: Rollup): number[] {
  const { nights } = calendar;
  const byHour = Array.from({ length: 25 }, () => nights.map(() => 0));
  const columns = actors.columns();
  const total = nights.map(() => 0);
  for (let at = 0; at < actors.size(); at += 1) {
    const night = columns.night[at]!;
    total[night]! += 1;
    if (columns.reads[at] === 0 || columns.others[at]! + correlatedPosts(columns, at) > 0) continue;
    byHour[firstHour(columns, at)]![night]! += 1;
    byHour[24]![night]! += 1;
  }
  const steps = byHour.flatMap((values) => stepsOf(values, total, nights)).filter(({ z }) => z > 0);
  return steps.toSorted((a, b) => b.z - a.z).map(({ at }) => at);
}

/** Nights on which the log has nothing at all are unknown, and not quiet. */
function stepsOf(values: readonly number[], total: readonly number[], nights: readonly string[]): Step[] {
  if (values.reduce((sum, value) => sum + value, 0) < LEAST_MEAN * nights.length) return [];
  return findSteps(
    values.map((value, night) => (total[night] === 0 ? undefined : Math.log(value + 1))),
    nights.map(weekdayOf),
  );
}

function firstHour(columns: Parameters<typeof hasSlot>[0], at: number): number {
  let slot = 0;
  while (slot < 143 && !hasSlot(columns, at, slot)) slot += 1;
  return Math.floor((slot * SLOT_MINUTES) / 60);
}
