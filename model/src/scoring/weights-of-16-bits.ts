/**
 * Weights that are the upper half of an f32, as bfloat16 is: sign, eight bits of exponent and seven of
 * mantissa. A sum of a history's weights reads them in a third less memory, and what rounding does to a
 * weight, at most 1/256 of it, is lost in a score's many (docs/decisions/0049-the-origins-answer.md). Pure.
 */

const LOWER_HALF = 0xffff;
/**
 * Of the lower half, less than a half; with a lowest bit of the upper half that is 1, a half is rounded up.
 */
const BELOW_HALF = 0x7fff;

/** To the nearest, of two the even one. Weights are finite; they are rounded where they stand. */
export function roundTo16Bits(weights: Float32Array): void {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  for (let at = 0; at < bits.length; at += 1) {
    const word = bits[at]!;
    bits[at] = (word + BELOW_HALF + ((word >>> 16) & 1)) & ~LOWER_HALF;
  }
}

export function areOf16Bits(weights: Float32Array): boolean {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  let lower = 0;
  for (let at = 0; at < bits.length; at += 1) lower |= bits[at]!;
  return (lower & LOWER_HALF) === 0;
}
