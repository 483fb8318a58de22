/**
 * Bounds that every published document's numbers and times keep, so that what is made of them cannot fail.
 */
import * as z from "zod/mini";

/** The year 2100: profiles keep seconds in 32 bits. */
export const MAX_TIME_MS = 4_102_444_800_000;
/** RFC 9651 §3.3.1: an integer in a header has at most 15 digits. */
const MAX_HEADER_INTEGER = 999_999_999_999_999;
/**
 * A century, far more than any demo plays in the past. With it the content's clock has a year of four digits.
 */
const MAX_CLOCK_OFFSET_MS = 100 * 365.25 * 24 * 3600 * 1000;

export const generationNumber = z.int().check(z.gte(0), z.lte(MAX_HEADER_INTEGER));
/** Milliseconds since 1970, until the year 2100. */
export const instantMs = z.number().check(z.gte(0), z.lte(MAX_TIME_MS));
/** ISO 8601 with an offset. */
export const instantText = z.iso.datetime({ offset: true });
export const clockOffset = z.number().check(z.gte(-MAX_CLOCK_OFFSET_MS), z.lte(MAX_CLOCK_OFFSET_MS));
