/** A stored page that is read beside the question to the origin, so that a refusal costs no second wait. */
import type { MaybePromise } from "../maybe-promise.ts";

/**
 * A function that gives the page. With `early` the reading has begun when this returns; otherwise it begins
 * with the call.
 */
export function speculativeRead<Page>(
  early: boolean,
  read: () => MaybePromise<Page>,
): () => MaybePromise<Page> {
  if (!early) return read;
  const reading = read();
  return () => reading;
}
