/** Tables for the terminal, and the number formats that all reports share. */
import { styleText } from "node:util";
import CliTable from "cli-table3";
import type { Table } from "./table-shape.ts";

export type { Table } from "./table-shape.ts";

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

/** The head is bold where stdout is a terminal that shows it, and NO_COLOR is not set. */
export function textTable({ head, rows, align = [], note }: Table): string {
  const table = new CliTable({
    head: head.map((text) => styleText("bold", text, { stream: process.stdout })),
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

const COUNT = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

export function formatCount(value: number): string {
  return COUNT.format(value);
}

/** 0.8465 → `84.65 %`. */
export function formatShare(value: number): string {
  return `${(value * 100).toFixed(2)} %`;
}

/** Formats a number of an axis: 12,000 → `12k`, 1,500,000 → `1.5 M`. */
export function formatShort(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  if (size >= 1e6) return `${rounded / 1e6} M`;
  return size >= 1e3 ? `${rounded / 1e3}k` : String(rounded);
}
