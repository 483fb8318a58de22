/** A straight line through samples, by least squares. */

export type Trend = {
  /** Units of y for each unit of x. */
  readonly slope: number;
  /** Of the slope; NaN of fewer than three samples. */
  readonly standardError: number;
};

export type Point = { readonly x: number; readonly y: number };

export function trendOf(points: readonly Point[]): Trend {
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  let [spread, together] = [0, 0];
  for (const { x, y } of points) {
    spread += (x - meanX) ** 2;
    together += (x - meanX) * (y - meanY);
  }
  const slope = together / spread;
  const left = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, standardError: Math.sqrt(left / (points.length - 2) / spread) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
