/** What somebody may have meant who wrote a name that there is not. Pure. */

/** The name that takes the fewest changes of a letter, if that is at most a third of them, or one of two. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = (name.length === 2 ? 1 : Math.floor(name.length / 3)) + 1;
  for (const other of names) {
    if (Math.abs(other.length - name.length) >= least) continue;
    const changes = distance(name, other);
    if (changes >= least) continue;
    nearest = other;
    least = changes;
  }
  return nearest;
}

/**
 * `; did you mean "social"?`, or nothing. A name that another one begins with may be meant as well, such as
 * `threshold` for `threshold_per_s`.
 */
export function hintAt(name: string, names: readonly string[]): string {
  const longer = name.length < 3 ? undefined : names.find((other) => other.startsWith(name));
  const nearest = nearestName(name, names) ?? longer;
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/**
 * Letters to insert, delete or replace, or neighbours to swap (optimal string alignment: Damerau 1964), row
 * by row.
 */
function distance(from: string, to: string): number {
  let before: readonly number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const replaced = (above[at - 1] ?? 0) + (from[row - 1] === to[at - 1] ? 0 : 1);
      const isSwapped = at > 1 && row > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      const swapped = isSwapped ? (before[at - 2] ?? 0) + 1 : replaced;
      line.push(Math.min(replaced, swapped, (above[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    before = above;
    above = line;
  }
  return above[to.length] ?? 0;
}
