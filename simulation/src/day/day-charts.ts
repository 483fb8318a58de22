/**
 * The day's charts, minute by minute: calls against the thresholds, and the share that was not served
 * individually.
 */
import type { LineChartSpec } from "@spillway/kit/charts/charts.ts";
import { clock } from "./clock.ts";
import { bandAt } from "./day-model.ts";
import type { DayResult } from "./rehearse-day.ts";

/** Returns the specifications for `lineChart`, in the order in which they are shown. */
export function dayCharts(day: DayResult): LineChartSpec[] {
  const { calls, fallbackIndividual, spillwayIndividual } = day.perMinute;
  const hours = calls.map((_, minute) => Math.round((minute / 60) * 100) / 100);
  const marks = day.surges.map(({ atS }) => ({ at: atS / 3600, label: clock(atS) }));
  const thresholds = calls.map((_, minute) => 60 * (day.bands[bandAt(minute * 60)]?.thresholdPerSec ?? 0));
  const missed = (individual: readonly number[]) =>
    calls.map((asked, minute) => (asked === 0 ? 0 : 100 * (1 - (individual[minute] ?? 0) / asked)));
  return [
    {
      title: "The published day: calls a minute, and each band's threshold",
      subtitle: "Dashed uprights: kick-offs, final whistles and premieres",
      xLabel: "hour of the day",
      yLabel: "calls a minute",
      x: hours,
      lines: [
        { name: "calls", values: calls, area: true },
        { name: "threshold", values: thresholds, dashed: true, step: true },
      ],
      marks,
    },
    {
      title: "Not served individually, by minute",
      subtitle: "The generic page with rate limit + generic page; the visitor's cluster page with Spillway",
      xLabel: "hour of the day",
      yLabel: "% of calls",
      x: hours,
      lines: [
        { name: "rate limit + generic page: generic", values: missed(fallbackIndividual) },
        { name: "Spillway: cluster", values: missed(spillwayIndividual), dashed: true },
      ],
    },
  ];
}
