/** A response that refuses: problem details (RFC 9457), never cached. */
import {
  PROBLEM_HEADERS,
  refusalProblem,
  type Problem,
  type Refusal,
} from "@spillway/shared/protocol/problem.ts";

export function problemResponse(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...PROBLEM_HEADERS, ...headers },
  });
}

export function refusalResponse(
  refusal: Omit<Refusal, "kind">,
  headers?: Readonly<Record<string, string>>,
): Response {
  return problemResponse(refusalProblem(refusal), headers);
}

const RETRY_AFTER_S = 5;

/** 503: the request may not have been carried out, and can be sent again. */
export function retryLaterResponse(key: string, reason: string): Response {
  return refusalResponse({ status: 503, key, reason }, { "retry-after": String(RETRY_AFTER_S) });
}

/** 429: the request was not carried out, and may be sent again after so long. */
export function tooManyResponse(key: string, reason: string, retryAfterS: number): Response {
  return refusalResponse({ status: 429, key, reason }, { "retry-after": String(retryAfterS) });
}
