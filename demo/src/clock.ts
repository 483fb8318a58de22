/** The demo's time. */

/** The demo starts one hour before the kick-off of the quarter-final Spain v. Belgium. */
export const DEMO_NOW_MS = Date.parse("2026-07-10T18:00:00Z");

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
