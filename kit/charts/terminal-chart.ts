/** A small plot of one series in block characters, for the terminal. */
import { formatShort } from "./table.ts";

export type TerminalChart = {
  readonly title: string;
  /** They are drawn from left to right; negative ones are drawn as 0. */
  readonly values: readonly number[];
  /** Rows of the plot. */
  readonly height: number;
  /** Columns in all, the labels of the y axis included. */
  readonly width: number;
  /** A horizontal line, such as the threshold; one for each value where it changes. */
  readonly level?: number | readonly number[];
};

const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const FULL = BLOCKS.length - 1;

export function terminalChart({ title, values, height, width, level }: TerminalChart): string {
  const levels = typeof level === "number" ? values.map(() => level) : (level ?? []);
  const top = [...values, ...levels].reduce((most, value) => Math.max(most, value), 0) || 1;
  const rowOf = (value: number): number => Math.min(height - 1, Math.floor((value / top) * height));
  const labelled = new Map(levels.map((value) => [rowOf(value), value]));
  const labels = Array.from({ length: height }, (_, row) => {
    const levelHere = labelled.get(row);
    if (levelHere !== undefined) return formatShort(levelHere);
    if (row === height - 1) return formatShort(top);
    return row === 0 ? "0" : "";
  });
  const labelWidth = Math.max(...labels.map((label) => label.length));
  // Heights are eighths of a row; a value above 0 always shows something.
  const columnCount = Math.max(1, width - labelWidth - 2);
  const columns = peaks(values, columnCount).map((value) =>
    value <= 0 ? 0 : Math.max(1, Math.round((value / top) * height * FULL)),
  );
  const levelRows = peaks(levels, columnCount).map(rowOf);
  const rows = labels.map((label, row) => {
    const cells = columns.map((eighths, column) => {
      const filled = Math.min(FULL, Math.max(0, eighths - row * FULL));
      return filled === 0 && row === levelRows[column] ? "┄" : BLOCKS[filled];
    });
    return `${label.padStart(labelWidth)} ┤${cells.join("")}`.trimEnd();
  });
  return [title, ...rows.toReversed()].join("\n");
}

/** One for each column: the highest of its stretch. */
function peaks(values: readonly number[], columns: number): number[] {
  const count = Math.min(columns, values.length);
  return Array.from({ length: count }, (_, column) => {
    const from = Math.floor((column * values.length) / count);
    const to = Math.floor(((column + 1) * values.length) / count);
    return values.slice(from, to).reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  });
}
