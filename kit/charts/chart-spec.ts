/** What a chart shows, in the caller's own units. */

export type ChartLine = {
  readonly name: string;
  /** One for each `x`; undefined leaves a gap. */
  readonly values: readonly (number | undefined)[];
  readonly color?: string;
  readonly dashed?: boolean;
  readonly area?: boolean;
  /** Each value holds until the next. */
  readonly step?: boolean;
  /** One for each `x`: the values are drawn as points too, and say this. */
  readonly pointLabels?: readonly string[];
};

export type LineChartSpec = {
  readonly title: string;
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Ascending. */
  readonly x: readonly number[];
  /** The x axis is logarithmic: all `x` are above zero, and the axis names them. */
  readonly logX?: boolean;
  readonly lines: readonly ChartLine[];
  /** The y axis is logarithmic: what is not above zero is left out. */
  readonly logScale?: boolean;
  /** Vertical lines. */
  readonly marks?: readonly { readonly at: number; readonly label: string }[];
  /** Horizontal lines. */
  readonly levels?: readonly { readonly value: number; readonly label: string }[];
  /** Shaded spans. */
  readonly bands?: readonly { readonly from: number; readonly to: number; readonly label: string }[];
};
