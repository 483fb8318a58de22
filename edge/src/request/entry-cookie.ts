/** Whether a request's response writes the cookie of how the visit began. */
import type { Signals } from "@spillway/shared/signals/signals.ts";
import { visitEntryCookie } from "@spillway/shared/signals/visit-entry.ts";
import type { HeaderFields } from "./incoming.ts";

/** A page that the browser fetches before anybody has asked for it is no visit. */
const PREFETCH = /prefetch|prerender|preview/i;

export function entryCookie(
  headers: HeaderFields,
  { entry }: Pick<Signals, "entry">,
  nowMs: number,
): string | undefined {
  const cookie = visitEntryCookie(entry, headers.get("cookie"), nowMs);
  if (cookie === undefined) return undefined;
  const purpose = headers.get("sec-purpose") ?? headers.get("purpose");
  return purpose !== null && PREFETCH.test(purpose) ? undefined : cookie;
}
