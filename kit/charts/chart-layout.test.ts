import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layOut, LEGEND_ICON_PX, type Note } from "./chart-layout.ts";

/** Letters of DejaVu Sans, the widest font in the charts' stack, take 6.5 px on average at 12 px. */
const LETTER_PX = 6.5;
const LINE_PX = 14;

const label = fc.string({ minLength: 1, maxLength: 40 });
const spec = fc.record({
  title: label,
  xLabel: label,
  yLabel: label,
  x: fc.constant([0, 100]),
  lines: fc.array(fc.record({ name: label, values: fc.constant([1, 2]) }), { maxLength: 8 }),
  marks: fc.array(fc.record({ at: fc.integer({ min: 0, max: 100 }), label }), { maxLength: 8 }),
  bands: fc.array(fc.record({ from: fc.integer({ min: 0, max: 100 }), to: fc.constant(100), label }), {
    maxLength: 3,
  }),
});

function overlaps(notes: readonly Note[]): boolean {
  return notes.some((one, index) =>
    notes
      .slice(index + 1)
      .some(
        (other) =>
          Math.abs(one.topPx - other.topPx) < LINE_PX &&
          one.leftPx < other.leftPx + other.text.length * LETTER_PX &&
          other.leftPx < one.leftPx + one.text.length * LETTER_PX,
      ),
  );
}

describe("a chart's layout", () => {
  it("lays no text on another, nor outside the chart, nor on the plot", () => {
    fc.assert(
      fc.property(spec, (one) => {
        const { notes, legend, plot, widthPx, heightPx } = layOut(one);
        const legendTexts = legend.map((entry) => ({ ...entry, leftPx: entry.leftPx + LEGEND_ICON_PX }));
        expect(overlaps(notes)).toBe(false);
        expect(overlaps(legendTexts)).toBe(false);
        for (const { text, leftPx, topPx } of [...notes, ...legendTexts]) {
          expect(leftPx).toBeGreaterThanOrEqual(0);
          expect(leftPx + text.length * LETTER_PX).toBeLessThanOrEqual(widthPx);
          expect(topPx + LINE_PX).toBeLessThanOrEqual(heightPx);
        }
        for (const { topPx } of notes) expect(topPx + LINE_PX).toBeLessThanOrEqual(plot.top);
        for (const { topPx } of legend) expect(topPx).toBeGreaterThan(heightPx - plot.bottom);
      }),
    );
  });

  it("puts marks that stand close in rows above each other", () => {
    const marks = [20.75, 21].map((at) => ({ at, label: "20:45" }));
    const { notes } = layOut({ title: "", xLabel: "", yLabel: "calls", x: [0, 24], lines: [], marks });
    expect(new Set(notes.slice(1).map(({ topPx }) => topPx)).size).toBe(2);
  });
});
