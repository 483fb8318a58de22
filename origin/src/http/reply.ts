/** Makes the refusals of all routes: problem details (RFC 9457). */
import type { Context } from "hono";
import {
  PROBLEM_HEADERS,
  problemOf,
  refusalProblem,
  type Problem,
  type ProblemStatus,
  type Refusal,
} from "@spillway/shared/protocol/problem.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";

export function refuse(
  c: Context,
  status: ProblemStatus,
  detail: string,
  issues: readonly Issue[] = [],
): Response {
  return send(c, problemOf(status, detail, issues));
}

/** Refuses for a single reason, in a parameter or the body. */
export function refuseFor(c: Context, refusal: Omit<Refusal, "kind">): Response {
  return send(c, refusalProblem(refusal));
}

/** Refuses since the storage is busy or full. Nothing was stored, and the same request may succeed soon. */
export function refuseForNow(c: Context): Response {
  c.header("Retry-After", "1");
  return refuse(c, 503, "the storage is busy; nothing was stored, try again");
}

function send(c: Context, problem: Problem): Response {
  return c.body(JSON.stringify(problem), problem.status, PROBLEM_HEADERS);
}
