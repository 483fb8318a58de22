/**
 * C −= A · Bᵀ for packed panels, the work of every blocked factorization. A tile of 4 rows of A and one of 32
 * bytes' rows of B are multiplied at a time: their sums fit the registers, B's tile the first-level cache and
 * a block of A's tiles the second (Goto and van de Geijn, ACM TOMS 2008). Both panels hold one tile after the
 * other, each `depth` columns long, column by column.
 *
 * Element (row of A, row of B) of C stands at c + row · cRow, and from one vector of B's rows to the next are
 * cVector bytes within a tile and cTile bytes from tile to tile, so that C may be a matrix by rows or itself
 * a panel.
 *
 * relaxed_madd rounds once where the processor has fused multiply-add, and twice where it has not.
 */
export function subtractProductsF32(
  c: usize,
  cRow: usize,
  cVector: usize,
  cTile: usize,
  a: usize,
  aTiles: i32,
  b: usize,
  bTiles: i32,
  depth: i32,
): void {
  subtractProducts<f32>(c, cRow, cVector, cTile, a, aTiles, b, bTiles, depth);
}

export function subtractProductsF64(
  c: usize,
  cRow: usize,
  cVector: usize,
  cTile: usize,
  a: usize,
  aTiles: i32,
  b: usize,
  bTiles: i32,
  depth: i32,
): void {
  subtractProducts<f64>(c, cRow, cVector, cTile, a, aTiles, b, bTiles, depth);
}

const TILE: usize = 4;
const WIDTH: usize = 32;

// @ts-ignore: decorator
@inline
function subtractProducts<T>(
  c: usize,
  cRow: usize,
  cVector: usize,
  cTile: usize,
  a: usize,
  aTiles: i32,
  b: usize,
  bTiles: i32,
  depth: i32,
): void {
  const aTile = TILE * sizeof<T>() * <usize>depth;
  for (let column = 0; column < bTiles; column += 1) {
    for (let row = 0; row < aTiles; row += 1) {
      subtractTile<T>(c + TILE * cRow * <usize>row, cRow, cVector, a + aTile * <usize>row, b, depth);
    }
    b += WIDTH * <usize>depth;
    c += cTile;
  }
}

// @ts-ignore: decorator
@inline
function subtractTile<T>(c: usize, cRow: usize, cVector: usize, a: usize, b: usize, depth: i32): void {
  let s00 = v128.splat<T>(0 as T);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  const end = b + WIDTH * <usize>depth;
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let value = v128.load_splat<T>(a);
    s00 = v128.relaxed_madd<T>(value, b0, s00);
    s01 = v128.relaxed_madd<T>(value, b1, s01);
    value = v128.load_splat<T>(a, sizeof<T>());
    s10 = v128.relaxed_madd<T>(value, b0, s10);
    s11 = v128.relaxed_madd<T>(value, b1, s11);
    value = v128.load_splat<T>(a, 2 * sizeof<T>());
    s20 = v128.relaxed_madd<T>(value, b0, s20);
    s21 = v128.relaxed_madd<T>(value, b1, s21);
    value = v128.load_splat<T>(a, 3 * sizeof<T>());
    s30 = v128.relaxed_madd<T>(value, b0, s30);
    s31 = v128.relaxed_madd<T>(value, b1, s31);
    a += TILE * sizeof<T>();
    b += WIDTH;
  }
  subtract<T>(c, s00);
  subtract<T>(c + cVector, s01);
  c += cRow;
  subtract<T>(c, s10);
  subtract<T>(c + cVector, s11);
  c += cRow;
  subtract<T>(c, s20);
  subtract<T>(c + cVector, s21);
  c += cRow;
  subtract<T>(c, s30);
  subtract<T>(c + cVector, s31);
}

// @ts-ignore: decorator
@inline
function subtract<T>(at: usize, sums: v128): void {
  v128.store(at, v128.sub<T>(v128.load(at), sums));
}
