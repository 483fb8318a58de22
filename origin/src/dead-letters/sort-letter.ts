/** What of a dead letter are good events after all, and what is left and why. Pure. */
import { parseStoredEvent, type StoredEvent } from "@spillway/shared/events.ts";

export type SortedLetter = {
  readonly good: readonly StoredEvent[];
  /** Undefined: nothing is left. */
  readonly rest: { readonly body: unknown; readonly reason: string } | undefined;
};

const MAX_REASONS = 5;

/** `body`: a queue message's, usually `{ "events": […] }`; one bad event there costs only itself. */
export function sortLetter(body: unknown): SortedLetter {
  const events = typeof body === "object" && body !== null && "events" in body ? body.events : undefined;
  if (!Array.isArray(events)) return { good: [], rest: { body, reason: "is no batch of events" } };
  const good: StoredEvent[] = [];
  const bad: unknown[] = [];
  const reasons: string[] = [];
  for (const event of events as unknown[]) {
    const parsed = parseStoredEvent(event);
    if (parsed.ok) {
      good.push(parsed.event);
      continue;
    }
    const at = `events[${bad.push(event) - 1}]`;
    reasons.push(...parsed.issues.map(({ key, reason }) => `${key === "" ? at : `${at}.${key}`}: ${reason}`));
  }
  if (bad.length === 0) return { good, rest: undefined };
  const more = reasons.length > MAX_REASONS ? [`and ${reasons.length - MAX_REASONS} more`] : [];
  const reason = [...reasons.slice(0, MAX_REASONS), ...more].join("; ");
  return { good, rest: { body: { events: bad }, reason } };
}
