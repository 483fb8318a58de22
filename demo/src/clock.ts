/** The demo's time. */

/** Where the demo starts: one hour before the quarter-final Spain v. Belgium kicks off. */
export const DEMO_NOW_MS = Date.parse("2026-07-10T18:00:00Z");

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
