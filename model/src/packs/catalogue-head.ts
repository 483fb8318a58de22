/** The head of a catalogue pack: its carousels, contexts and restrictions, checked. Pure. */
import * as z from "zod/mini";
import { CONTEXT_ID } from "@spillway/shared/protocol/wire.ts";
import { checkedBy, type Checked } from "@spillway/shared/protocol/zod-issues.ts";
import type { CarouselPlan } from "../pages/carousel-plan.ts";
import type { Restriction } from "@spillway/shared/protocol/restrictions.ts";
import { refused } from "./pack-sections.ts";

export type CatalogueHead = Pick<CarouselPlan, "carousels" | "contexts" | "everything"> & {
  readonly restrictions: readonly Restriction[];
};

/** As long as those of a page (shared/protocol/page.ts). */
const text = (least: number, most: number) => z.string().check(z.minLength(least), z.maxLength(most));

const carousel = z.object({
  key: text(1, 1000),
  code: z.int().check(z.gte(0), z.lte(0xffffffff)),
  id: text(1, 256),
  title: text(0, 1000),
  boost: z.number().check(z.gte(0), z.lte(1000)),
  family: z.optional(text(1, 64)),
  perMatch: z.int().check(z.gte(1)),
  genre: z.int().check(z.gte(-1)),
});

const MAX_CAROUSELS_OF_CATALOGUE = 65_536;

const headSchema = z.object({
  carousels: z.array(carousel).check(z.maxLength(MAX_CAROUSELS_OF_CATALOGUE)),
  contexts: z
    .array(
      z.object({
        context: z.string().check(z.regex(CONTEXT_ID)),
        carousels: z.array(z.int().check(z.gte(0))).check(z.maxLength(MAX_CAROUSELS_OF_CATALOGUE)),
      }),
    )
    .check(z.maxLength(64)),
  everything: carousel,
  restrictions: z
    .array(
      z.object({
        territories: z.optional(
          z.object({ allowed: z.optional(z.array(z.string())), denied: z.optional(z.array(z.string())) }),
        ),
        ageRating: z.optional(z.number()),
      }),
    )
    .check(z.minLength(1), z.maxLength(65_536)),
});

export function readHead(value: unknown): Checked<CatalogueHead> {
  const checked = checkedBy(headSchema, value);
  if (!checked.ok) return checked;
  const { carousels, contexts } = checked.value;
  for (const { context, carousels: numbers } of contexts) {
    const isList = new Set(numbers).size === numbers.length && numbers.every((at) => at < carousels.length);
    if (!isList) return refused("must name each carousel once", `contexts.${context}`);
  }
  if (new Set(contexts.map(({ context }) => context)).size < contexts.length)
    return refused("must be different", "contexts");
  return { ok: true, value: checked.value as CatalogueHead };
}
