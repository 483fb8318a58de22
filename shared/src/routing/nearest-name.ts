/** What somebody may have meant who wrote a name that there is not. Pure. */

/**
 * The name that takes the fewest changes of a letter, if that is at most a third of them; else one that
 * `name` begins, such as `threshold_per_s` for `threshold`.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.floor(name.length / 3) + 1;
  for (const other of names) {
    if (Math.abs(other.length - name.length) >= least) continue;
    const changes = distance(name, other);
    if (changes >= least) continue;
    nearest = other;
    least = changes;
  }
  if (nearest === undefined && name.length >= 3) return names.find((other) => other.startsWith(name));
  return nearest;
}

/** `; did you mean "social"?`, or nothing. */
export function hintAt(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** Letters to insert, delete or replace (Levenshtein 1966), row by row. */
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const replaced = (above[at - 1] ?? 0) + (from[row - 1] === to[at - 1] ? 0 : 1);
      line.push(Math.min(replaced, (above[at] ?? 0) + 1, (line[at - 1] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? 0;
}
