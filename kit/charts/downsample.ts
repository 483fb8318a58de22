/** Draws long lines with fewer points. Peaks and dips stay, because they are what people look for. */

type Line = readonly (number | undefined)[];

/**
 * Indexes to draw, ascending, at most `most` of them while that leaves each line two: the first, the last,
 * and in every stretch the lowest and the highest of each line. Stacked lines are downsampled together, so
 * that they still add up.
 */
export function downsample(lines: readonly Line[], most: number): number[] {
  const length = Math.max(0, ...lines.map((line) => line.length));
  if (length <= most) return Array.from({ length }, (_, index) => index);
  // Steady lines have the same extremes, so how many stretches fit depends on the lines.
  for (let stretches = Math.floor(most / 2); ; stretches = Math.floor(stretches * 0.8)) {
    const kept = extremes(lines, length, Math.max(1, stretches));
    if (kept.length <= most || stretches <= 1) return kept;
  }
}

function extremes(lines: readonly Line[], length: number, stretches: number): number[] {
  const kept = new Set([0, length - 1]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const from = Math.floor((stretch * length) / stretches);
    const to = Math.floor(((stretch + 1) * length) / stretches);
    for (const line of lines) {
      let lowest = from;
      let highest = from;
      for (let at = from + 1; at < to; at += 1) {
        if (height(line, at) < height(line, lowest)) lowest = at;
        if (height(line, at) > height(line, highest)) highest = at;
      }
      kept.add(lowest).add(highest);
    }
  }
  return [...kept].toSorted((one, other) => one - other);
}

/** A gap is the deepest dip: it is kept as well. */
function height(line: Line, at: number): number {
  return line[at] ?? Number.NEGATIVE_INFINITY;
}
