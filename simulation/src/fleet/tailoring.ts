/**
 * Which stored pages an isolate tailors to their viewer (model/src/pages/tailor.ts), and how long it reads
 * for that.
 */
import type { Draws } from "./draws.ts";
import type { Isolate } from "./location.ts";
import type { FleetOptions } from "./options.ts";
import type { Viewer } from "./viewers.ts";

export type Tailoring = {
  readonly tailored: boolean;
  /** Time of reading the viewer's state from KV. */
  readonly readMs: number;
};

const NOT: Tailoring = { tailored: false, readMs: 0 };
const FROM_COOKIE: Tailoring = { tailored: true, readMs: 0 };

/**
 * An isolate tailors once it has its packs, which it reads behind its first response. A cookie brings its
 * state with it; the state of a television is read from the viewer map, until the page's deadline.
 */
export function tailoringOf(
  { packsReadMs, kvReadMs, deadlineMs, kvDeadlineMs }: FleetOptions,
  viewer: Viewer | undefined,
  { bornMs }: Isolate,
  arrivedMs: number,
  draws: Draws,
): Tailoring {
  if (viewer === undefined || viewer === "new" || arrivedMs < bornMs + packsReadMs) return NOT;
  if (viewer === "cookie") return FROM_COOKIE;
  const readMs = draws.exponential(kvReadMs);
  const mostMs = deadlineMs + kvDeadlineMs;
  return { tailored: readMs <= mostMs, readMs: Math.min(readMs, mostMs) };
}
