/**
 * The buffers that building a page overwrites. Made once for each thread or server instance and handed to
 * whoever builds pages: the system takes longer to give out this much new memory than it takes to fill it.
 */

export type PageWorkspace = {
  /** `items` numbers, in which stands what the last page left. Valid until the next call. */
  readonly worth: (items: number) => Float32Array;
  /** Likewise, for the scores that are ranked. */
  readonly scores: (items: number) => Float32Array;
  /** Two arrays of sort keys with their rows, at least `items` long. */
  readonly sorting: (items: number) => readonly [KeyedRows, KeyedRows];
  /** Counts the digits of a radix sort. */
  readonly digitCounts: Uint32Array;
};

export type KeyedRows = { readonly keys: Uint32Array; readonly rows: Uint32Array };

/** A digit of the radix sort of best-rows.ts has eleven bits: three digits make a number of 32. */
export const DIGIT_BITS = 11;

export function createPageWorkspace(): PageWorkspace {
  let worth = new Float32Array(0);
  let scores = new Float32Array(0);
  let sorting = [keyedRows(0), keyedRows(0)] as const;
  return {
    worth: (items) => {
      if (worth.length !== items) worth = new Float32Array(items);
      return worth;
    },
    scores: (items) => {
      if (scores.length !== items) scores = new Float32Array(items);
      return scores;
    },
    sorting: (items) => {
      if (sorting[0].keys.length < items) sorting = [keyedRows(items), keyedRows(items)];
      return sorting;
    },
    digitCounts: new Uint32Array(1 << DIGIT_BITS),
  };
}

function keyedRows(items: number): KeyedRows {
  return { keys: new Uint32Array(items), rows: new Uint32Array(items) };
}
