/** Splits a dead letter into events that are valid after all, and bad ones with the reason. Pure. */
import { parseStoredEvent, type StoredEvent } from "@spillway/shared/protocol/events.ts";

export type ValidatedLetter = {
  readonly valid: readonly StoredEvent[];
  /** Each bad event is a letter of its own, so that it has the same id with whatever events it arrives. */
  readonly bad: readonly BadLetter[];
};

export type BadLetter = { readonly body: unknown; readonly reason: string };

const MAX_REASONS = 5;

/** `body` is that of a queue message, usually `{ "events": […] }`. A bad event does not affect the others. */
export function validateLetter(body: unknown): ValidatedLetter {
  const events = typeof body === "object" && body !== null && "events" in body ? body.events : undefined;
  if (!Array.isArray(events)) return { valid: [], bad: [{ body, reason: "is no batch of events" }] };
  const valid: StoredEvent[] = [];
  const bad: BadLetter[] = [];
  for (const event of events as unknown[]) {
    const parsed = parseStoredEvent(event);
    if (parsed.ok) valid.push(parsed.event);
    else bad.push({ body: { events: [event] }, reason: issuesText(parsed.issues) });
  }
  return { valid, bad };
}

function issuesText(issues: readonly { readonly key: string; readonly reason: string }[]): string {
  const reasons = issues.map(({ key, reason }) => `events[0]${key === "" ? "" : `.${key}`}: ${reason}`);
  const more = reasons.length > MAX_REASONS ? [`and ${reasons.length - MAX_REASONS} more`] : [];
  return [...reasons.slice(0, MAX_REASONS), ...more].join("; ");
}
