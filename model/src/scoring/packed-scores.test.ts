import { expect, test } from "vitest";
import { addPackedScores, packPriors, PRIOR_ITEMS } from "./packed-scores.ts";

test("a match that few have played is in the prior the evening that it is on, with its score as it is", () => {
  const items = PRIOR_ITEMS + 2;
  const [tonight, gone] = [items - 2, items - 1];
  const values = new Float32Array(2 * items).fill(1);
  values[items + tonight] = 0.25;
  values[items + gone] = 2;
  const factors = new Float32Array(items).fill(1);
  const itemSeqs = Uint32Array.from(factors, (_, row) => row + 10);
  const priorOf = (): Float32Array => {
    const scores = { values, stride: items };
    const [prior = new Uint8Array()] = packPriors({ scores, itemSeqs, factors, from: 1, to: 2 });
    expect(prior.byteLength).toBe(8 * PRIOR_ITEMS);
    const read = new Float32Array(items);
    addPackedScores(prior, (seq) => seq - 10, 1, read);
    return read;
  };
  expect(priorOf()[tonight]).toBe(0);
  factors[tonight] = 5;
  // What may not be shown at the moment of the cycle may be before the next one.
  factors[gone] = 0;
  expect(priorOf()[tonight]).toBe(0.25);
  expect(priorOf()[gone]).toBe(2);
});
