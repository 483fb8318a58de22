/**
 * The candidate carousels of a context: those that its page may have, each with the items that could stand
 * in it. They are prepared once for a catalogue and an instant; scores decide which of them a page shows, and
 * with what (carousels.ts). Pure.
 */
import { ITEM_KINDS, type Item } from "@spillway/shared/protocol/catalogue.ts";
import { planCarousels, type CarouselPlan, type PlannedCarousel } from "./carousel-plan.ts";
import type { PageContext } from "./carousel-rules.ts";
import { freshnessFactor } from "./freshness.ts";
import { rowSet, type RowSet } from "./row-set.ts";

export type CandidateCarousel = PlannedCarousel & {
  /** Rows of the catalogue, ascending. */
  readonly rows: Uint32Array;
};

/** What of the catalogue is the same for every carousel and context. By row. */
export type ItemFacts = {
  /** The factor of freshness.ts, 0 for what may not be shown. */
  readonly factors: Float32Array;
  /** A number for the item's match, -1 for none. */
  readonly matches: Int32Array;
  /** A number for the item's primary (first) genre, -1 for none. */
  readonly genres: Int32Array;
};

/**
 * Row → the carousels that it may stand in: row r's are carousels[starts[r]] … carousels[starts[r + 1]],
 * ascending.
 */
export type CarouselTable = {
  readonly starts: Uint32Array;
  /** In bytes where they are enough: the less memory, the more of it stays near the processor. */
  readonly carousels: Uint8Array | Uint16Array;
  /** The rows that stand in any carousel. */
  readonly standing: RowSet;
  /** The other way round: each carousel's rows. */
  readonly rows: readonly Uint32Array[];
};

export type PreparedContext = ItemFacts & {
  readonly context: string;
  readonly carousels: readonly CandidateCarousel[];
  /** May cover more carousels than this context's; `numbers[i]` is the number in it of `carousels[i]`. */
  readonly table: CarouselTable;
  readonly numbers: Uint32Array;
};

/** So many have numbers of 8 bits. */
export const MAX_BYTE_CAROUSELS = 256;

/** A page shows at most so many carousels of one family. */
export const FAMILY_LIMIT = 3;

/** `items` by row. */
export function prepareContext(context: PageContext, items: readonly Item[], nowMs: number): PreparedContext {
  return prepareContexts([context], items, nowMs)[0]!;
}

/**
 * Several at once, over one table: a carousel's top items (top-items.ts) serve all the contexts that have it.
 */
export function prepareContexts(
  contexts: readonly PageContext[],
  items: readonly Item[],
  nowMs: number,
): PreparedContext[] {
  return contextsAt(planCarousels(contexts, items), nowMs);
}

/** The contexts of a plan at an instant of the content's clock, over one table. */
export function contextsAt(plan: CarouselPlan, nowMs: number): PreparedContext[] {
  return overOneTable(carouselsAt(plan, nowMs));
}

/** Candidate carousels without a table. */
export type ContextCarousels = ItemFacts & Pick<PreparedContext, "context" | "carousels">;

/** The candidate carousels of a plan's contexts at an instant of the content's clock. */
export function carouselsAt(plan: CarouselPlan, nowMs: number): ContextCarousels[] {
  const rowsOf = membersAt(plan, nowMs);
  const facts: ItemFacts = {
    factors: factorsAt(plan, nowMs),
    matches: plan.matches,
    genres: plan.genres,
  };
  const candidates = plan.carousels.map((carousel, number) => ({ ...carousel, rows: rowsOf[number]! }));
  let everything: CandidateCarousel | undefined;
  return plan.contexts.map(({ context, carousels: numbers }) => {
    const carousels = numbers.map((number) => candidates[number]!).filter(({ rows }) => rows.length > 0);
    if (carousels.length > 0) return { ...facts, context, carousels };
    everything ??= { ...plan.everything, rows: availableRows(plan, nowMs) };
    return { ...facts, context, carousels: everything.rows.length > 0 ? [everything] : [] };
  });
}

function isAvailableAt(
  { availableFromMs, availableUntilMs }: CarouselPlan,
  row: number,
  nowMs: number,
): boolean {
  return nowMs >= availableFromMs[row]! && nowMs < availableUntilMs[row]!;
}

export function factorsAt(plan: CarouselPlan, nowMs: number): Float32Array {
  const { kinds, startsMs, publishedMs } = plan;
  const factors = new Float32Array(kinds.length);
  for (let row = 0; row < factors.length; row += 1) {
    if (!isAvailableAt(plan, row, nowMs)) continue;
    factors[row] = freshnessFactor(ITEM_KINDS[kinds[row]!]!, startsMs[row]!, publishedMs[row]!, nowMs);
  }
  return factors;
}

function availableRows(plan: CarouselPlan, nowMs: number): Uint32Array {
  return Uint32Array.from(plan.matches.keys().filter((row) => isAvailableAt(plan, row, nowMs)));
}

/** By carousel: the rows that stand in it at an instant, ascending. */
function membersAt(plan: CarouselPlan, nowMs: number): Uint32Array[] {
  const { starts, members, windowed, windowFromMs, windowUntilMs } = plan;
  const counts = new Uint32Array(plan.carousels.length);
  for (const carousel of members) counts[carousel]! += 1;
  const rowsOf = Array.from(counts, (count) => new Uint32Array(count));
  counts.fill(0);
  let window = 0;
  for (let row = 0; row + 1 < starts.length; row += 1) {
    const shown = isAvailableAt(plan, row, nowMs);
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      let holds = shown;
      if (windowed[window] === at) {
        holds &&= nowMs >= windowFromMs[window]! && nowMs < windowUntilMs[window]!;
        window += 1;
      }
      if (!holds) continue;
      const carousel = members[at]!;
      rowsOf[carousel]![counts[carousel]!++] = row;
    }
  }
  return rowsOf.map((rows, carousel) =>
    counts[carousel] === rows.length ? rows : rows.slice(0, counts[carousel]),
  );
}

function overOneTable(contexts: readonly ContextCarousels[]): PreparedContext[] {
  const all = [...new Set(contexts.flatMap(({ carousels }) => carousels))];
  const numberOf = new Map(all.map((carousel, number) => [carousel, number]));
  const table = tableOf(all, contexts[0]?.factors.length ?? 0);
  return contexts.map((context) => ({
    ...context,
    table,
    numbers: Uint32Array.from(context.carousels, (carousel) => numberOf.get(carousel)!),
  }));
}

/** Makes a table of this context's carousels alone, for callers that look at one context at a time. */
export function withOwnTable(context: ContextCarousels): PreparedContext {
  const { carousels, factors } = context;
  return {
    ...context,
    table: tableOf(carousels, factors.length),
    numbers: Uint32Array.from(carousels.keys()),
  };
}

function tableOf(carousels: readonly CandidateCarousel[], items: number): CarouselTable {
  const starts = new Uint32Array(items + 1);
  for (const { rows } of carousels) for (const row of rows) starts[row + 1]! += 1;
  for (let row = 0; row < items; row += 1) starts[row + 1]! += starts[row]!;
  const members = new (carousels.length <= MAX_BYTE_CAROUSELS ? Uint8Array : Uint16Array)(starts[items]!);
  const next = starts.slice();
  carousels.forEach(({ rows }, number) => {
    for (const row of rows) members[next[row]!++] = number;
  });
  return {
    starts,
    carousels: members,
    standing: rowSet(items, (row) => starts[row]! < starts[row + 1]!),
    rows: carousels.map(({ rows }) => rows),
  };
}
