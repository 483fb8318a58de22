/** Catalogue items as every part of Spillway knows them. */
import * as z from "zod/mini";
import { isId, MAX_ID_LENGTH } from "./wire.ts";

/** `hub` is a team's or a section's entry page, always available. */
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

const instant = z.iso.datetime({ offset: true });

/**
 * One item. Times are ISO 8601 with an offset. `availableFrom` ≤ now < `availableUntil` and not `takenDown` is
 * what may be shown; `startsAt`/`endsAt` are the live window of a match.
 */
export const itemSchema = z.object({
  id: z.string().check(z.refine(isId, `must be 1–${MAX_ID_LENGTH} characters without control characters`)),
  title: z.string().check(z.minLength(1), z.maxLength(300)),
  kind: z.enum(ITEM_KINDS),
  genres: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(64))).check(z.maxLength(32)), []),
  /** Team codes, upper case. */
  teams: z._default(z.array(z.string().check(z.regex(/^[A-Z0-9]{2,8}$/))).check(z.maxLength(64)), []),
  /** The match this item belongs to: its own id for a match. */
  matchId: z.optional(z.string().check(z.maxLength(MAX_ID_LENGTH))),
  /** For the full-text search, and for clients that ask the catalogue; pages leave it out. */
  description: z.optional(z.string().check(z.maxLength(2000))),
  publishedAt: z.optional(instant),
  startsAt: z.optional(instant),
  endsAt: z.optional(instant),
  availableFrom: z.optional(instant),
  availableUntil: z.optional(instant),
  takenDown: z._default(z.boolean(), false),
  durationMin: z.optional(z.number().check(z.gte(0), z.lte(10_000))),
  /** A hue (0–359) for artwork that a client draws itself. */
  hue: z.optional(z.int().check(z.gte(0), z.lte(359))),
});
export type Item = z.infer<typeof itemSchema>;
