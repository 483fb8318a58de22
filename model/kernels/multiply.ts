/** A sparse matrix times sixteen dense vectors, whose values stand interleaved on one line of the cache. */

/** 16 numbers of 4 bytes. */
const LINE: usize = 64;

/**
 * For each of `columns` columns, writes the sums Σ weight · means[source] at `out`. `starts` holds byte
 * offsets into `sources` and `weights`, one more than there are columns; `sources` holds byte offsets into
 * `means`.
 */
export function multiply(
  columns: i32,
  starts: usize,
  sources: usize,
  weights: usize,
  means: usize,
  out: usize,
): void {
  for (let column = 0; column < columns; column += 1) {
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    const last: usize = load<u32>(starts, 4);
    for (let at: usize = load<u32>(starts); at < last; at += 4) {
      const base = means + load<u32>(sources + at);
      const weight = v128.load32_splat(weights + at);
      s0 = f32x4.add(s0, f32x4.mul(weight, v128.load(base)));
      s1 = f32x4.add(s1, f32x4.mul(weight, v128.load(base, 16)));
      s2 = f32x4.add(s2, f32x4.mul(weight, v128.load(base, 32)));
      s3 = f32x4.add(s3, f32x4.mul(weight, v128.load(base, 48)));
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    out += LINE;
    starts += 4;
  }
}
