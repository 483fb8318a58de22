/** A fleet run's figures as tables. */
import type { Verdict } from "../fleet/bounds.ts";
import type { Figures } from "../fleet/figures.ts";
import type { FleetOptions } from "../fleet/options.ts";
import { RUNGS, type Rung } from "../fleet/tally.ts";
import { formatCount, formatShare, type Table } from "@spillway/kit/charts/table.ts";

/** The rungs that a run may serve: nobody is tailored to where nobody is told apart. */
export function rungsOf({ viewers }: FleetOptions): readonly Rung[] {
  return RUNGS.filter((rung) => rung !== "tailored" || viewers !== undefined);
}

export function servedTable({ servedAs, arrivals }: Figures, options: FleetOptions): Table {
  return {
    head: ["served as", "requests", "share"],
    rows: rungsOf(options).map((rung) => [
      rung,
      formatCount(servedAs[rung]),
      formatShare(servedAs[rung] / arrivals),
    ]),
    align: ["left", "right", "right"],
  };
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  return {
    head: ["promise", "measured", "must", "aim", ""],
    rows: verdicts.map(({ figure, measured, most, least, aim, unit, ok }) => {
      const sign = most === undefined ? "≥" : "≤";
      return [
        figure,
        formatIn(measured, unit),
        `${sign} ${formatIn(most ?? least ?? 0, unit)}`,
        aim === undefined ? "" : `${sign} ${formatIn(aim, unit)}`,
        ok ? "kept" : "BROKEN",
      ];
    }),
    align: ["left", "right", "right", "right", "left"],
  };
}

export function formatIn(value: number, unit: Verdict["unit"]): string {
  switch (unit) {
    case "T":
      return `${value.toFixed(value < 0.1 ? 4 : 3)} T`;
    case "s of T":
      return `${value.toFixed(2)} s of T`;
    case "share":
      return formatShare(value);
    case "s":
      return `${value.toFixed(2)} s`;
    case "":
      return formatCount(value);
  }
}
