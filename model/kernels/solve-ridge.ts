/**
 * Overwrites `side` with the solution of square · x = side, and the lower triangle of `square` with its
 * Cholesky factor. Both are f64; the square has `size` rows of `rowBytes`, a multiple of 16. The caller sees
 * to it that the matrix is positive definite.
 */
export function solveRidge(square: usize, side: usize, size: i32, rowBytes: usize): void {
  for (let i = 0; i < size; i += 1) {
    const row = square + rowBytes * <usize>i;
    for (let j = 0; j < i; j += 1) {
      const other = square + rowBytes * <usize>j;
      const at = row + 8 * <usize>j;
      store<f64>(at, (load<f64>(at) - dot(row, other, j)) / load<f64>(other + 8 * <usize>j));
    }
    const diagonal = row + 8 * <usize>i;
    store<f64>(diagonal, Math.sqrt(load<f64>(diagonal) - dot(row, row, i)));
    const at = side + 8 * <usize>i;
    store<f64>(at, (load<f64>(at) - dot(row, side, i)) / load<f64>(diagonal));
  }
  // Backwards, by rows, which is how the factor stands: what is known of x is taken out of the rows above.
  for (let i = size - 1; i >= 0; i -= 1) {
    const row = square + rowBytes * <usize>i;
    const at = side + 8 * <usize>i;
    const value = load<f64>(at) / load<f64>(row + 8 * <usize>i);
    store<f64>(at, value);
    subtractMultiple(side, row, value, i);
  }
}

/** Σ a[k] · b[k] of the first `count` numbers. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, count: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = a + 8 * <usize>(count & ~7);
  while (a < end) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  const sums = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (let left = count & 7; left > 0; left -= 1) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

/** to[k] −= factor · from[k] for the first `count` numbers. */
// @ts-ignore: decorator
@inline
function subtractMultiple(to: usize, from: usize, factor: f64, count: i32): void {
  const end = to + 8 * <usize>count;
  while (to < end) {
    store<f64>(to, load<f64>(to) - factor * load<f64>(from));
    to += 8;
    from += 8;
  }
}
