/** The schema of a time in a document of an operator or a catalogue. */
import * as z from "zod/mini";
import { parseTimeMs, TIME_FORM } from "./time.ts";

/** A smaller number is a year, a day's number or a counter, and no seconds. 0 says that there is no bound. */
const LEAST_NUMBER_MS = 1e8;
const DIGITS_ALONE = /^\s*\d+(?:\.\d+)?\s*$/;

const RFC_3339 = z.iso.datetime({ offset: true });

/**
 * Takes every form that {@link parseTimeMs} reads, and returns a time of RFC 3339. One that is in that form
 * already stays as it is, so that what was stored keeps its text and its hash.
 */
export const instantSchema = z.pipe(
  z.union([z.string(), z.number()]),
  z.transform((value, context): string => {
    const timeMs = parseTimeMs(value);
    if (timeMs === undefined) {
      context.issues.push({ code: "custom", message: TIME_FORM, input: value });
      return "";
    }
    if (timeMs > 0 && timeMs < LEAST_NUMBER_MS && DIGITS_ALONE.test(String(value))) {
      const message = `${value} would be seconds, in the year ${new Date(timeMs).getUTCFullYear()}: its unit is wrong`;
      context.issues.push({ code: "custom", message, input: value });
      return "";
    }
    if (typeof value === "string" && RFC_3339.safeParse(value).success) return value;
    return new Date(timeMs).toISOString();
  }),
);
