/** What a report says before anything is drawn, as plain JSON: for an HTML file, and for the console. */
import type { LineChartSpec } from "./chart-spec.ts";
import type { HtmlReport } from "./html.ts";

export type ReportChart = LineChartSpec & {
  /** The lines are stacked on each other. */
  readonly isStacked?: boolean;
};

/** A share for each name, with its 95 % interval. */
export type ReportBars = {
  readonly title: string;
  readonly bars: readonly {
    readonly name: string;
    readonly share: number;
    readonly low: number;
    readonly high: number;
  }[];
};

export type ReportView = Omit<HtmlReport, "sections"> & {
  readonly sections: readonly (Omit<HtmlReport["sections"][number], "svg"> & {
    readonly chart?: ReportChart;
    /** Only the console draws them; the section's table has the same figures. */
    readonly bars?: ReportBars;
  })[];
};
