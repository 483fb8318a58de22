/** Colours and type that all charts share. */
import type { LineChartSpec } from "./chart-spec.ts";

/** Okabe and Ito's palette (2008): people with any kind of colour vision can tell these apart. */
export const RUNG_COLORS = {
  individual: "#0072b2",
  tailored: "#44aa99",
  cluster: "#009e73",
  parent: "#56b4e9",
  generic: "#e69f00",
  builtin: "#cc79a7",
  failed: "#d55e00",
} as const;

/** The same palette, for lines in their order; its black is the ink, and its yellow too light for a line. */
const PALETTE = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"];
export const INK = "#2e3440";
/** 5.9 to 1 on white; WCAG 2.2 asks for 4.5. */
export const SOFT = "#5b6472";
export const GRID = "#e5e9f0";
export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

export function colorOf({ lines }: LineChartSpec, index: number): string {
  return lines[index]?.color ?? PALETTE[index % PALETTE.length] ?? INK;
}
