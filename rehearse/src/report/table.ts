/** Tables for the terminal and for Markdown, and the number formats that all reports share. */
import CliTable from "cli-table3";

export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Left where nothing is said. */
  readonly align?: readonly ("left" | "right")[];
  readonly note?: string;
};

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

export function textTable({ head, rows, align = [], note }: Table): string {
  const table = new CliTable({
    head: [...head],
    chars: NO_BORDERS,
    colAligns: head.map((_, column) => align[column] ?? "left"),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
  });
  table.push(...rows.map((row) => [...row]));
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  return [...lines, ...(note === undefined ? [] : ["", note])].join("\n");
}

export function markdownTable({ head, rows, align = [], note }: Table): string {
  const rule = head.map((_, column) => (align[column] === "right" ? "---:" : "---"));
  return [
    markdownRow(head),
    markdownRow(rule),
    ...rows.map(markdownRow),
    ...(note === undefined ? [] : ["", note]),
  ].join("\n");
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

const COUNT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** 0.8465 → `84.65 %`. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(2)} %`;
}

export function formatRate(perSec: number): string {
  return `${perSec >= 100 ? formatCount(perSec) : perSec.toFixed(1)}/s`;
}

export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}
