/** Groups items by the genres or teams that they name, however they spell them. Pure. */
import type { Item } from "@spillway/shared/protocol/catalogue.ts";
import { foldText } from "@spillway/shared/signals/signal-value.ts";

/**
 * The rows of each value. Spellings that differ in case, blanks or punctuation are one value, under the
 * spelling that most items have.
 */
export function familyMembers(
  valuesOf: (item: Item) => readonly string[],
  items: readonly Item[],
): { readonly value: string; readonly rows: readonly number[] }[] {
  const members = new Map<string, { readonly spellings: Map<string, number>; readonly rows: number[] }>();
  const foldOf = remembered(foldText);
  items.forEach((item, row) => {
    for (const value of valuesOf(item)) {
      const folded = foldOf(value);
      const known = members.get(folded) ?? { spellings: new Map<string, number>(), rows: [] };
      members.set(folded, known);
      known.spellings.set(value, (known.spellings.get(value) ?? 0) + 1);
      // An item may name a value twice.
      if (known.rows.at(-1) !== row) known.rows.push(row);
    }
  });
  return [...members.values()].map(({ spellings, rows }) => ({ value: mostFrequent(spellings), rows }));
}

function mostFrequent(spellings: ReadonlyMap<string, number>): string {
  const [[spelling] = [""]] = [...spellings].toSorted(
    ([a, timesOfA], [b, timesOfB]) => timesOfB - timesOfA || (a < b ? -1 : 1),
  );
  return spelling;
}

/** There are few values, and many items that name them. */
export function remembered(fold: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const folded = known.get(text) ?? fold(text);
    known.set(text, folded);
    return folded;
  };
}
