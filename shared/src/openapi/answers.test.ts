import { expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type { Page } from "../protocol/page.ts";
import type { Problem } from "../protocol/problem.ts";
import type { pageAnswerSchema, problemSchema } from "./answers.ts";

type ReadonlyDeep<Value> = Value extends object
  ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
  : Value;

test("the documented page is the page that the services write", () => {
  expectTypeOf<ReadonlyDeep<z.infer<typeof pageAnswerSchema>>>().toEqualTypeOf<Page>();
});

test("the documented problem has what a problem has", () => {
  expectTypeOf<z.infer<typeof problemSchema>>().toExtend<Problem>();
});
