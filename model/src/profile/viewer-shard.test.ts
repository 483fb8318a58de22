import fc from "fast-check";
import { expect, test } from "vitest";
import { packShard, stateInShard, usersOfShard } from "./viewer-shard.ts";

const hashes = fc.stringMatching(/^[0-9a-f]{16}$/);
const entries = fc.uniqueArray(
  fc.record({ hash: hashes, state: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  {
    maxLength: 50,
    selector: ({ hash }) => hash,
  },
);

test("each user's state is found in their shard, and nobody else's", () => {
  fc.assert(
    fc.property(entries, hashes, (list, other) => {
      const shard = packShard(list);
      expect(usersOfShard(shard)).toBe(list.length);
      for (const { hash, state } of list) expect(stateInShard(shard, hash)).toEqual(state);
      expect(stateInShard(shard, other)).toEqual(list.find(({ hash }) => hash === other)?.state);
    }),
  );
});

test("a shard does not depend on the order of its users", () => {
  fc.assert(
    fc.property(entries, (list) => {
      expect(packShard(list.toReversed())).toEqual(packShard(list));
    }),
  );
});

test("whatever the bytes are, a lookup never throws and stays within them", () => {
  const spoiled = fc
    .tuple(entries, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat())
    .map(([list, changes, cut]) => {
      const shard = packShard(list);
      for (const [at, byte] of changes) shard[at % shard.length] = byte;
      return { list, bytes: shard.subarray(0, shard.length - (cut % 30)) };
    });
  fc.assert(
    fc.property(spoiled, ({ list, bytes }) => {
      for (const { hash } of list) {
        const found = stateInShard(bytes, hash);
        expect(found?.length ?? 0).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 1000 },
  );
  expect(usersOfShard(Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255))).toBeUndefined();
});
