import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { quickParser } from "./quick-parser.ts";

const schema = z.object({
  id: z.string().check(z.refine((text) => text !== "no", "must not be no")),
  kind: z.enum(["a", "b"]),
  at: z.optional(z.union([z.iso.datetime({ offset: true }), z.number().check(z.gt(0), z.lte(9))])),
  count: z.optional(z.int().check(z.gte(0), z.lt(5))),
  name: z.optional(z.string().check(z.regex(/^[a-z]+$/), z.minLength(2), z.maxLength(4))),
  inner: z.optional(z.object({ x: z.enum(["1", "2"]), y: z.optional(z.number()) })),
  list: z.optional(z.array(z.int()).check(z.minLength(1), z.maxLength(3))),
  loose: z.optional(z.looseObject({ x: z.string() })),
  // This kind is left to zod.
  mail: z.optional(z.email()),
});
const parse = quickParser(schema);

/** Documents that are mostly valid, but whose keys are sometimes absent or hold any value at all. */
const document = fc.record(
  {
    id: fc.oneof({ weight: 9, arbitrary: fc.constantFrom("yes", "no") }, fc.anything()),
    kind: fc.oneof({ weight: 9, arbitrary: fc.constantFrom("a", "b") }, fc.constantFrom("c", 1, null)),
    at: fc.oneof(
      fc.constantFrom("2026-07-10T18:00:00Z", "2026-13-10T18:00:00Z", 0, 9, 9.5, null),
      fc.double(),
    ),
    count: fc.oneof(fc.constantFrom(-0, 4, 5, 0.5, Number.MAX_VALUE, Number.NaN, "1"), fc.nat(4)),
    name: fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("ab", "abcd", "abcde", "a", "A")),
    inner: fc.oneof(
      fc.anything(),
      fc.record({ x: fc.constantFrom("1", "2", 1), y: fc.double(), z: fc.anything() }),
    ),
    list: fc.constantFrom([1], [0.5], {}, [], [1, 2, 3, 4]),
    loose: fc.constantFrom({ x: "1" }, { x: "1", y: 2 }, { y: 2 }, [], null),
    mail: fc.constantFrom("a@b.example", "nobody"),
    unknown: fc.anything(),
  },
  { requiredKeys: ["id", "kind"] },
);

describe("quickParser", () => {
  test("agrees with the schema, on data and on errors", () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: document }, fc.anything()), (value) => {
        const [quick, slow] = [parse(value), schema.safeParse(value)];
        expect(quick.success).toBe(slow.success);
        expect(quick.data).toEqual(slow.data);
        expect(quick.error?.issues).toEqual(slow.error?.issues);
      }),
      { numRuns: 2000 },
    );
  });

  test("decides plainly valid input without zod", () => {
    const untouched = z.object({ id: z.string(), n: z.optional(z.int()) });
    const quick = quickParser(untouched);
    untouched.safeParse = () => {
      throw new Error("zod was asked");
    };
    const valid = { id: "a", n: 1 };
    expect(quick(valid).data).toBe(valid);
    expect(() => quick({ id: 1 })).toThrow("zod was asked");
  });
});
