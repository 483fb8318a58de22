/** Refusals: one JSON form for every route. */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Where in the request, and what is wrong there. */
export type RefusalIssue = { readonly key: string; readonly reason: string };

export function refuse(
  c: Context,
  status: ContentfulStatusCode,
  message: string,
  issues?: readonly RefusalIssue[],
): Response {
  return c.json({ error: { message, ...(issues !== undefined && { issues }) } }, status);
}

/** The storage is busy or full: nothing was stored, the same request may succeed soon. */
export function refuseForNow(c: Context): Response {
  c.header("Retry-After", "1");
  return refuse(c, 503, "the storage is busy; nothing was stored, try again");
}
