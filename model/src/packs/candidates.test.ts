import fc from "fast-check";
import { expect, test } from "vitest";
import { packCandidates, readCandidates } from "./candidates.ts";
import { valueOf } from "./test/value-of.ts";

const candidates = fc
  .uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.float({ min: -1, max: 1000, noNaN: true })),
    {
      selector: ([seq]) => seq,
      maxLength: 1024,
    },
  )
  .map((pairs) => pairs.toSorted(([a], [b]) => a - b));

test("candidates come back, their scores to one part in 65,535 of the largest, and none below 0", () => {
  fc.assert(
    fc.property(candidates, (pairs) => {
      const scores = Float32Array.from(pairs, ([, score]) => score);
      const seqs = Uint32Array.from(pairs, ([seq]) => seq);
      const read = valueOf(readCandidates(packCandidates({ seqs, scores })));
      expect([...read.seqs]).toEqual(pairs.map(([seq]) => seq));
      const largest = scores.reduce((most, score) => Math.max(most, score), 0);
      scores.forEach((score, at) => {
        expect(Math.abs(read.scores[at]! - Math.max(0, score))).toBeLessThanOrEqual(largest / 131_000);
      });
    }),
  );
});

test("300 of 3,000 items take some three bytes each", () => {
  const seqs = Uint32Array.from({ length: 300 }, (_, at) => 10 * at + 1);
  const bytes = packCandidates({ seqs, scores: new Float32Array(300).fill(1) });
  expect(bytes.length).toBe(8 + 3 * 300);
});

test("what is no candidates is refused, and a broken one is refused or ascends", () => {
  fc.assert(
    fc.property(
      candidates,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      fc.nat(),
      fc.uint8Array({ maxLength: 60 }),
      (pairs, changes, cut, noise) => {
        const bytes = packCandidates({
          seqs: Uint32Array.from(pairs, ([seq]) => seq),
          scores: Float32Array.from(pairs, ([, score]) => score),
        });
        expect(readCandidates(bytes.subarray(0, cut % bytes.length)).ok).toBe(false);
        readCandidates(noise);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const read = readCandidates(bytes);
        if (!read.ok) return;
        expect(read.value.scores.every((score) => score >= 0 && score < Infinity)).toBe(true);
        expect(read.value.seqs.every((seq, at) => at === 0 || seq > read.value.seqs[at - 1]!)).toBe(true);
      },
    ),
  );
});
