import { describe, expect, it } from "vitest";
import { lineChart, RUNG_COLORS, stackedAreaChart, type LineChartSpec } from "./charts.ts";

const seconds = Array.from({ length: 120 }, (_, second) => second);
const kickoff: LineChartSpec = {
  title: "Load <& more>",
  subtitle: "base, wall, base",
  xLabel: "seconds",
  yLabel: "requests per second",
  x: seconds,
  lines: [
    { name: "arrivals", values: seconds.map((second) => (second < 30 || second >= 60 ? 500 : 100_000)) },
    { name: "offered", values: seconds.map((second) => (second === 30 ? 2900 : 0)), dashed: true },
  ],
  logScale: true,
  marks: [{ at: 30, label: "wall begins" }],
  levels: [{ value: 1000, label: "threshold T" }],
  bands: [{ from: 30, to: 60, label: "over the threshold" }],
};

const many = Array.from({ length: 86_400 }, (_, second) => second);
/** Noise that is the same in each run. */
const noisy = (seed: number) => many.map((second) => (second * 7919 + seed * 104_729) % 1009);
const day: LineChartSpec = {
  title: "A day",
  xLabel: "seconds",
  yLabel: "requests per second",
  x: many,
  lines: Object.entries(RUNG_COLORS).map(([name, color], index) => ({ name, color, values: noisy(index) })),
};

describe("a chart", () => {
  it("is the same each time it is drawn, whatever was drawn before", () => {
    const first = lineChart(kickoff);
    stackedAreaChart(kickoff);
    expect(lineChart(kickoff)).toBe(first);
  });

  it("has no ids, classes or scripts that could clash with another on the same page", () => {
    expect(lineChart(kickoff)).not.toMatch(/\s(id|class|clip-path)=|<style|<script/);
  });

  it("has an opaque background and a name for screen readers", () => {
    const svg = lineChart(kickoff);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Load &lt;&amp; more&gt;"[^>]*><path fill="#fff"/);
  });

  it("says everything that it was given", () => {
    const svg = lineChart(kickoff);
    for (const text of ["base, wall, base", "seconds", "requests per second", "arrivals", "offered"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    for (const text of ["wall begins", "threshold T", "over the threshold"])
      expect(svg).toContain(`>${text}</text>`);
  });

  it("names the points of a labelled line, and the values of a logarithmic x axis", () => {
    const svg = lineChart({
      title: "Kept",
      xLabel: "pages",
      yLabel: "%",
      x: [10, 100, 3000],
      logX: true,
      lines: [{ name: "kept", values: [40, 60, 70], pointLabels: ["40.1 %", "60.2 %", "70.3 %"] }],
    });
    for (const text of ["10", "100", "3k", "40.1 %", "60.2 %", "70.3 %"]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    const at = ["40.1 %", "60.2 %", "70.3 %"].map((text) =>
      Number(new RegExp(`translate\\(([\\d.]+) [^>]*>${text}<`).exec(svg)?.[1]),
    );
    // A decade, and half as much again.
    const [first = 0, second = 0, third = 0] = at;
    expect((third - second) / (second - first)).toBeCloseTo(Math.log10(30), 1);
  });

  it("labels a logarithmic axis by powers of ten, without a zero", () => {
    const svg = lineChart(kickoff);
    for (const text of ["100", "1k", "10k", "100k"]) expect(svg).toContain(`>${text}</text>`);
    expect(svg).not.toMatch(/NaN|Infinity|>160k</);
  });

  it("makes room for a level above all values", () => {
    const svg = lineChart({ ...kickoff, logScale: false, levels: [{ value: 1_500_000, label: "T" }] });
    expect(svg).toContain(">1.5 M</text>");
  });

  it("draws each rung in its colour, and percentages on an axis up to a hundred", () => {
    const lines = [
      { name: "generic", color: RUNG_COLORS.generic, values: [10, 20] },
      { name: "failed", color: RUNG_COLORS.failed, values: [0, 15] },
    ];
    const svg = stackedAreaChart({ title: "Share", xLabel: "s", yLabel: "% of requests", x: [0, 1], lines });
    for (const { color } of lines) expect(svg).toContain(color);
    expect(svg).toContain(">100</text>");
  });

  it("is drawn even when there is nothing to draw", () => {
    expect(lineChart({ ...kickoff, x: [], lines: [], logScale: false })).toContain("</svg>");
    expect(lineChart({ ...kickoff, x: [5], lines: [{ name: "one", values: [7] }] })).not.toMatch(
      /NaN|Infinity/,
    );
  });

  it("stays below 60 KB for a day of seconds of noise in six lines", () => {
    expect(Buffer.byteLength(lineChart(day))).toBeLessThan(60_000);
    expect(Buffer.byteLength(stackedAreaChart(day))).toBeLessThan(60_000);
  });
});
