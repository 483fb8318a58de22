/** Finds items.seq among the ascending ones of a catalogue: hundreds of times for one page. Pure. */
import { rowOfSeq } from "../pages/page-layout.ts";

export type RowTable = {
  readonly rowOf: (seq: number) => number | undefined;
  readonly bytes: number;
};

/** Where numbers are rarer than this among those from first to last, a table would be mostly empty. */
const SPARSEST = 1 / 8;

/** A number's row stands in a table, as one step where a search takes fifteen. */
export function createRowTable(itemSeqs: Uint32Array): RowTable {
  const first = itemSeqs[0] ?? 0;
  const span = itemSeqs.length === 0 ? 0 : itemSeqs.at(-1)! - first + 1;
  if (span * SPARSEST > itemSeqs.length) {
    return {
      rowOf: (seq) => {
        const row = rowOfSeq(itemSeqs, seq);
        return row < 0 ? undefined : row;
      },
      bytes: 0,
    };
  }
  // 0: no row.
  const following = new Uint32Array(span);
  for (let row = 0; row < itemSeqs.length; row += 1) following[itemSeqs[row]! - first] = row + 1;
  return {
    rowOf: (seq) => {
      const next = following[seq - first];
      return next === undefined || next === 0 ? undefined : next - 1;
    },
    bytes: following.byteLength,
  };
}
