/** Thins a long line out for drawing; peaks stay, since a peak is what people look for. */

/** At most `most` points, each the highest of its stretch. */
export function thin(
  x: readonly number[],
  values: readonly (number | undefined)[],
  most: number,
): [at: number, value: number | undefined][] {
  const stretch = Math.max(1, Math.ceil(x.length / most));
  const points: [number, number | undefined][] = [];
  for (let from = 0; from < x.length; from += stretch) {
    let best = from;
    for (let at = from; at < Math.min(x.length, from + stretch); at += 1) {
      if ((values[at] ?? Number.NEGATIVE_INFINITY) > (values[best] ?? Number.NEGATIVE_INFINITY)) best = at;
    }
    const value = values[best];
    points.push([x[best] ?? 0, value === undefined ? undefined : Number(value.toPrecision(4))]);
  }
  return points;
}
