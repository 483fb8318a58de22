/**
 * The run in the terminal: a row of bars for each figure, a bar for each second, and the promises with what
 * was measured.
 */
import { styleText } from "node:util";
import Table from "cli-table3";
import type { LiveResult, SecondRow } from "./options.ts";

const BARS = "▁▂▃▄▅▆▇█";

const ROWS: readonly (readonly [label: string, unit: string, read: (row: SecondRow) => number])[] = [
  ["arrivals", "/s", ({ arrivals }) => arrivals],
  ["individual", "/s", ({ individual }) => individual],
  ["tailored", "/s", ({ tailored }) => tailored],
  ["cluster", "/s", ({ cluster }) => cluster],
  ["parent", "/s", ({ other }) => other],
  ["generic", "/s", ({ generic }) => generic],
  ["failed", "/s", ({ failed }) => failed],
  ["asked origin", "/s", ({ originOffered }) => originOffered],
  ["p99", " ms", ({ p99Ms }) => p99Ms],
];

export function drawLive(result: LiveResult): string {
  const { options, seconds, checks } = result;
  const { thresholdPerSec, baseOfThreshold, peakOfThreshold, baseS, wallS, recoverS } = options;
  const calmPerSec = thresholdPerSec * baseOfThreshold;
  const lines = ROWS.map(([label, unit, read]) => {
    const values = seconds.map(read);
    const most = Math.max(...values);
    return `${label.padEnd(13)}${bars(values, most)}  at most ${Math.round(most)}${unit}`;
  });
  const table = new Table({ head: ["", "promise", "measured"], style: { head: [], border: [] } });
  for (const { promise, measured, ok } of checks) {
    table.push([ok ? styleText("green", "pass") : styleText("red", "FAIL"), promise, measured]);
  }
  return [
    `T = ${thresholdPerSec}/s, ${options.isolates} isolates, seed ${options.seed}: ` +
      `${calmPerSec} → ${thresholdPerSec * peakOfThreshold} → ${calmPerSec} arrivals/s`,
    "",
    " ".repeat(13) + heading("base", baseS) + heading("wall", wallS) + heading("recovery", recoverS),
    ...lines,
    "",
    table.toString(),
    "",
    (result.valid ? "" : "Not valid: this machine was too busy to send in time. ") +
      `${result.ok ? "Every promise holds" : "Not every promise holds"}; ${result.elapsedS.toFixed(1)} s in all.`,
  ].join("\n");
}

/** A heading is as wide as its phase, and never touches the next one. */
function heading(name: string, seconds: number): string {
  return name.slice(0, Math.max(0, seconds - 1)).padEnd(seconds);
}

/** Nothing for 0; anything else is seen. */
function bars(values: readonly number[], most: number): string {
  return values
    .map((value) => (value <= 0 ? " " : (BARS[Math.ceil((value / most) * BARS.length) - 1] ?? "█")))
    .join("");
}
