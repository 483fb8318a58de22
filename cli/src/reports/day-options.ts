/** Parses the days and time zones that the reports take as options. */
import { InvalidArgumentError } from "commander";

/** Accepts a day, or a time of which only the day counts. Throws an InvalidArgumentError. */
export function parseDay(text: string): string {
  const [whole] = /^\d{4}-\d\d-\d\d(?=$|[T ])/.exec(text) ?? [];
  try {
    if (whole !== undefined) return Temporal.PlainDate.from(whole, { overflow: "reject" }).toString();
  } catch {
    // The calendar has no such day, for example 31 February.
  }
  throw new InvalidArgumentError("must be a day such as 2026-09-15");
}

/** Throws an InvalidArgumentError. */
export function parseTimeZone(text: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    throw new InvalidArgumentError("must be a time zone such as Europe/Madrid");
  }
}
