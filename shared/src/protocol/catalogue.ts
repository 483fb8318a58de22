/** Catalogue items, in the one form that edge, origin and clients share. */
import * as z from "zod/mini";
import { instantSchema as instant } from "./time-schema.ts";
import { MAX_AGE_RATING } from "./restrictions.ts";
import { territoriesSchema } from "./territories-schema.ts";
import { textSchema } from "./text.ts";
import { ID_FORM, isId, MAX_ID_LENGTH } from "./wire.ts";

/** A `hub` is the entry page of a team or a section; it is always available. */
export const ITEM_KINDS = [
  "match",
  "replay",
  "highlights",
  "clip",
  "hub",
  "movie",
  "series",
  "kids",
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

const AGE_FORM = `must be a least age in whole years, 0–${MAX_AGE_RATING}, such as 12`;

/**
 * One item. Times are read by time.ts. An item may be shown when `availableFrom` ≤ now <
 * `availableUntil` and it is not `takenDown`. `startsAt` and `endsAt` are the live window of a match.
 */
export const itemSchema = z.object({
  id: z.string().check(z.refine(isId, ID_FORM)),
  title: textSchema(1, 300),
  kind: z.enum(ITEM_KINDS),
  genres: z._default(z.array(textSchema(1, 64)).check(z.maxLength(32)), []),
  /** Team codes in upper case. */
  teams: z._default(
    z
      .array(
        z.string().check(z.regex(/^[A-Z0-9]{2,8}$/, "must be a team's code: 2–8 capital letters and digits")),
      )
      .check(z.maxLength(64)),
    [],
  ),
  /** The match that this item belongs to; for a match its own id. */
  matchId: z.optional(textSchema(0, MAX_ID_LENGTH)),
  /**
   * The description serves the full-text search and clients that ask for the catalogue. Pages do not contain
   * it.
   */
  description: z.optional(textSchema(0, 2000)),
  publishedAt: z.optional(instant),
  startsAt: z.optional(instant),
  endsAt: z.optional(instant),
  availableFrom: z.optional(instant),
  availableUntil: z.optional(instant),
  takenDown: z._default(z.boolean(), false),
  durationMin: z.optional(z.number().check(z.gte(0), z.lte(10_000))),
  /**
   * Where it may be shown, by ISO 3166-1: `{ "allowed": ["GB"] }` or `{ "denied": ["US"] }`. Without:
   * everywhere.
   */
  territories: z.optional(territoriesSchema),
  /** The least age of its viewers, in whole years. */
  ageRating: z.optional(z.int(AGE_FORM).check(z.gte(0, AGE_FORM), z.lte(MAX_AGE_RATING, AGE_FORM))),
  /** A hue from 0 to 359 for artwork that a client draws itself. */
  hue: z.optional(z.int().check(z.gte(0), z.lte(359))),
});
export type Item = z.infer<typeof itemSchema>;
