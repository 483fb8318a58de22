/**
 * Schemas of the answers that edge and origin share. They serve the OpenAPI documents and their tests; the
 * services only write such answers and never parse them.
 */
import * as z from "zod/mini";
import { ITEM_KINDS } from "../protocol/catalogue.ts";
import { PROBLEM_KINDS, type Problem } from "../protocol/problem.ts";

const instant = z.iso.datetime({ offset: true });

const pageItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  kind: z.enum(ITEM_KINDS),
  genres: z.exactOptional(z.array(z.string())),
  teams: z.exactOptional(z.array(z.string())),
  startsAt: z.exactOptional(instant),
  endsAt: z.exactOptional(instant),
  publishedAt: z.exactOptional(instant),
  durationMin: z.exactOptional(z.number()),
  hue: z.exactOptional(z.number()),
  /** Where it may be shown, by ISO 3166-1; it has been heeded already. */
  territories: z.exactOptional(
    z.object({ allowed: z.optional(z.array(z.string())), denied: z.optional(z.array(z.string())) }),
  ),
  /** The least age, in years; it has been heeded already. */
  ageRating: z.exactOptional(z.number()),
  /** The share that the viewer has watched; in the carousel `continue` alone. */
  progress: z.exactOptional(z.number()),
});

export const pageAnswerSchema = z.object({
  context: z.string(),
  /** What was asked for, where the origin could not be asked and another context's page is the answer. */
  standsInFor: z.exactOptional(
    z.object({ context: z.string(), item: z.exactOptional(z.string()), q: z.exactOptional(z.string()) }),
  ),
  cluster: z.string(),
  generation: z.int(),
  builtAt: instant,
  carousels: z
    .array(z.object({ id: z.string(), title: z.string(), items: z.array(pageItemSchema) }))
    .check(z.minLength(1)),
});

const statuses = Object.keys(PROBLEM_KINDS).map(Number) as Problem["status"][];

export const problemSchema = z.object({
  type: z.enum(Object.values(PROBLEM_KINDS).map(([name]) => `/problems/${name}` as const)),
  title: z.enum(Object.values(PROBLEM_KINDS).map(([, title]) => title)),
  status: z.literal(statuses),
  detail: z.string().check(z.minLength(1)),
  errors: z.array(
    z.object({
      key: z.string(),
      reason: z.string(),
      /** The position of the event in its batch. */
      index: z.optional(z.int()),
      id: z.optional(z.string()),
      /** Where in a routing file, both counted from 1; a column is a UTF-16 unit. */
      line: z.optional(z.int()),
      column: z.optional(z.int()),
      /** How many UTF-16 units of the line are meant. */
      length: z.optional(z.int()),
    }),
  ),
});

export const refusedEventSchema = z.object({
  index: z.int(),
  id: z.optional(z.string()),
  key: z.string(),
  reason: z.string(),
});

export const identifiedSchema = z.object({
  outcome: z.enum(["linked", "unchanged", "moved", "unlinked", "not-linked"]),
});
