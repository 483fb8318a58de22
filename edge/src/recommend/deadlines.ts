/** How a request's time is shared: first the origin's deadline, and after it KV's. Pure. */

/** For the origin, counted from the request's arrival: what reading KV before the question took is gone. */
export function originTimeoutMs(arrivedMs: number, originDeadlineMs: number, nowMs: number): number {
  return Math.max(1, arrivedMs + originDeadlineMs - nowMs);
}

/** When reading a page from KV ends: what the origin has left of its deadline is the page's as well. */
export function pageReadEndsMs(
  arrivedMs: number,
  originDeadlineMs: number,
  kvDeadlineMs: number,
  nowMs: number,
): number {
  return Math.max(arrivedMs + originDeadlineMs, nowMs) + kvDeadlineMs;
}
