/** Days and time zones as options of the reports. */
import { InvalidArgumentError } from "commander";

/** A time of that day is that day. Throws an InvalidArgumentError. */
export function parseDay(text: string): string {
  const [whole] = /^\d{4}-\d\d-\d\d(?=$|[T ])/.exec(text) ?? [];
  try {
    if (whole !== undefined) return Temporal.PlainDate.from(whole, { overflow: "reject" }).toString();
  } catch {
    // Such as a 31st of February.
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
