/** A set of rowids, a bit each: which profiles stand in the sums over the audience. Pure. */
export type RowidSet = {
  readonly has: (rowid: number) => boolean;
  readonly add: (rowid: number) => void;
  readonly remove: (rowid: number) => void;
  readonly size: () => number;
};

export function createRowidSet(): RowidSet {
  let bits = new Uint8Array(1024);
  let size = 0;
  const has = (rowid: number): boolean => ((bits[rowid >>> 3] ?? 0) & (1 << (rowid & 7))) !== 0;
  return {
    has,
    add: (rowid) => {
      if (has(rowid)) return;
      const at = rowid >>> 3;
      if (at >= bits.length) {
        const more = new Uint8Array(2 * (at + 1));
        more.set(bits);
        bits = more;
      }
      bits[at]! |= 1 << (rowid & 7);
      size += 1;
    },
    remove: (rowid) => {
      if (!has(rowid)) return;
      bits[rowid >>> 3]! &= ~(1 << (rowid & 7));
      size -= 1;
    },
    size: () => size,
  };
}
