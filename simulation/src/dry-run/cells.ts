/**
 * Adds tuples up by what decides about them: for each minute, how many requests two routings treat alike.
 * So memory is bounded by minutes and ways, whatever the size of the sample. Pure.
 */
import { addSums, type Sums } from "./estimate.ts";
import type { Asked, Outcome } from "./outcome.ts";

/** The place of those who ask in the budget's order (minute-budget.ts); `free` where no gate holds. */
export type AsksAs = 0 | 1 | 2 | "free";

/** What one routing decides: the page, or who asks and the page if that fails. */
export type Way = { readonly asks: AsksAs | undefined; readonly page: Outcome };

export type Cell = {
  readonly before: Way;
  readonly after: Way;
  readonly went: { readonly asked: Asked; readonly as: AsksAs; readonly outcome: Outcome };
  sums: Sums;
};

export class Cells {
  /** Minute → key of the ways → cell. */
  readonly minutes = new Map<number, Map<string, Cell>>();

  add(minute: number, way: Omit<Cell, "sums">, weight: number, probability: number): void {
    const cells = this.minutes.get(minute) ?? new Map<string, Cell>();
    if (cells.size === 0) this.minutes.set(minute, cells);
    const key = keyOf(way);
    const cell = cells.get(key);
    const sums = sumsOf(weight, probability);
    if (cell === undefined) cells.set(key, { ...way, sums });
    else cell.sums = addSums(cell.sums, sums);
  }
}

export function sumsOf(weight: number, probability: number): Sums {
  return { tuples: probability, requests: weight * probability, squares: weight ** 2 * probability };
}

function keyOf({ before, after, went }: Omit<Cell, "sums">): string {
  return `${before.asks}|${before.page}|${after.asks}|${after.page}|${went.asked}|${went.as}|${went.outcome}`;
}
