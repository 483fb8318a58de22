/** The random draws that a simulation needs, all from one seeded stream. */
import { seededRandom } from "@spillway/shared/seeded-random.ts";

export type Draws = {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Exponential with this mean. */
  readonly exponential: (mean: number) => number;
  /** Normal, by Box–Muller. */
  readonly normal: (mean: number, deviation: number) => number;
};

export function createDraws(seed: number): Draws {
  const uniform = seededRandom(seed);
  const exponential = (mean: number): number => -mean * Math.log(1 - uniform());
  return {
    uniform,
    exponential,
    normal: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/**
 * Returns a function that picks 0 … size−1 with weights 1/(rank+1)^exponent. A table of 2¹⁶ equal shares
 * makes each pick take constant time. At most 2¹⁶ can be picked from.
 */
export function zipfPicker(size: number, exponent: number, uniform: () => number): () => number {
  const weights = Array.from({ length: size }, (_, rank) => 1 / (rank + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = 65_536;
  const table = new Uint16Array(shares);
  let rank = 0;
  let reached = (weights[0] ?? 0) / total;
  for (let share = 0; share < shares; share += 1) {
    while ((share + 0.5) / shares > reached && rank < size - 1) {
      rank += 1;
      reached += (weights[rank] ?? 0) / total;
    }
    table[share] = rank;
  }
  return () => table[Math.floor(uniform() * shares)] ?? 0;
}
