import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { terminalChart } from "./terminal-chart.ts";

describe("a chart in the terminal", () => {
  it("draws bars in eighths of a row, with the axis' ends at its left", () => {
    expect(terminalChart({ title: "load", values: [0, 1, 4, 8, 16], height: 2, width: 20 })).toBe(
      ["load", "16 ┤    █", " 0 ┤ ▁▄██"].join("\n"),
    );
  });

  it("draws the level behind the bars, and makes room for one above them", () => {
    expect(terminalChart({ title: "load", values: [0, 8, 2], height: 4, width: 20, level: 4 })).toBe(
      ["load", "8 ┤ █", "4 ┤┄█┄", "  ┤ █", "0 ┤ ██"].join("\n"),
    );
    expect(terminalChart({ title: "load", values: [500], height: 2, width: 20, level: 1000 })).toBe(
      ["load", "1k ┤┄", " 0 ┤█"].join("\n"),
    );
  });

  it("keeps a peak where values are more than columns", () => {
    const values = Array.from({ length: 1000 }, () => 1).with(777, 100);
    const [, top] = terminalChart({ title: "load", values, height: 4, width: 40 }).split("\n");
    expect(top).toContain("█");
  });

  it("is as high and at most as wide as asked for, whatever the values", () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 300 });
    fc.assert(
      fc.property(
        numbers,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 16, max: 120 }),
        (values, height, width) => {
          const lines = terminalChart({ title: "t", values, height, width }).split("\n");
          expect(lines).toHaveLength(height + 1);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it("shows that a small value is not nothing", () => {
    expect(terminalChart({ title: "t", values: [0, 1, 1e6], height: 1, width: 20 })).toContain("┤ ▁█");
  });
});
