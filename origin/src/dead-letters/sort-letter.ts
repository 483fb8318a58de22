/** What of a dead letter are good events after all, and what is left and why. Pure. */
import { parseStoredEvent, type StoredEvent } from "@spillway/shared/protocol/events.ts";

export type SortedLetter = {
  readonly good: readonly StoredEvent[];
  /**
   * Each bad event by itself, in the shape of a message: whatever else it travels with next time, it is the
   * same.
   */
  readonly bad: readonly BadLetter[];
};

export type BadLetter = { readonly body: unknown; readonly reason: string };

const MAX_REASONS = 5;

/** `body`: a queue message's, usually `{ "events": […] }`; one bad event there costs only itself. */
export function sortLetter(body: unknown): SortedLetter {
  const events = typeof body === "object" && body !== null && "events" in body ? body.events : undefined;
  if (!Array.isArray(events)) return { good: [], bad: [{ body, reason: "is no batch of events" }] };
  const good: StoredEvent[] = [];
  const bad: BadLetter[] = [];
  for (const event of events as unknown[]) {
    const parsed = parseStoredEvent(event);
    if (parsed.ok) good.push(parsed.event);
    else bad.push({ body: { events: [event] }, reason: issuesText(parsed.issues) });
  }
  return { good, bad };
}

function issuesText(issues: readonly { readonly key: string; readonly reason: string }[]): string {
  const reasons = issues.map(({ key, reason }) => `events[0]${key === "" ? "" : `.${key}`}: ${reason}`);
  const more = reasons.length > MAX_REASONS ? [`and ${reasons.length - MAX_REASONS} more`] : [];
  return [...reasons.slice(0, MAX_REASONS), ...more].join("; ");
}
