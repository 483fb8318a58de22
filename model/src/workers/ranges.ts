/** Work in parts, one range to a task. Pure. */

export type Range = { readonly from: number; readonly to: number };

/** `total` things in `parts` ranges of nearly the same size; none is empty. */
export function ranges(total: number, parts: number): Range[] {
  const count = Math.max(1, Math.min(parts, total));
  return Array.from({ length: count }, (_, at) => ({
    from: Math.floor((total * at) / count),
    to: Math.floor((total * (at + 1)) / count),
  })).filter(({ from, to }) => to > from);
}
