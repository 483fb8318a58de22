/** The schema of a time in a document of an operator or a catalogue. */
import * as z from "zod/mini";
import { parseTimeMs, TIME_FORM } from "./time.ts";

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
    if (typeof value === "string" && RFC_3339.safeParse(value).success) return value;
    return new Date(timeMs).toISOString();
  }),
);
