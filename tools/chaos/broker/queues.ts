/**
 * The queues of the test by their bindings in the worker: two for events, as a large platform has, and one
 * for dead letters.
 */
export const QUEUES = {
  EVENTS: "events",
  EVENTS_2: "events-2",
  DEAD_LETTERS: "dead-letters",
} as const;
