/** Errors in the form in which edge and origin send them to every client: RFC 9457 problem details. Pure. */

import type { Issue } from "./zod-issues.ts";

export type Problem = {
  /** The kind of problem. It is a name, not an address to fetch. docs/http-api.md has the list. */
  readonly type: `/problems/${string}`;
  readonly title: string;
  readonly status: ProblemStatus;
  /** A text for people about this one response. */
  readonly detail: string;
  /** The single faults. `key` is a parameter, header, variable or field, and empty for the whole body. */
  readonly errors: readonly Issue[];
};

/** The kind's name and its title, by status. */
export const PROBLEM_KINDS = {
  400: ["invalid-request", "The request is not valid"],
  401: ["unauthorized", "The caller has not proved who it is"],
  403: ["forbidden", "This is not allowed here"],
  404: ["not-found", "There is no such thing"],
  405: ["method-not-allowed", "The route does not take this method"],
  409: ["conflict", "The request contradicts what is stored"],
  413: ["body-too-large", "The body is too large"],
  415: ["unsupported-media-type", "The body's type is not taken"],
  421: ["misdirected-request", "This host name is not answered for"],
  429: ["too-many-requests", "There are too many requests"],
  500: ["internal-error", "Something broke"],
  503: ["unavailable", "The service cannot do this now"],
} as const;
export type ProblemStatus = keyof typeof PROBLEM_KINDS;

export const PROBLEM_HEADERS = {
  "content-type": "application/problem+json",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
} as const;

export function problemOf(status: ProblemStatus, detail: string, errors: readonly Issue[] = []): Problem {
  const [name, title] = PROBLEM_KINDS[status];
  return { type: `/problems/${name}`, title, status, detail, errors };
}

/** A refusal for one reason, which also stands in `detail` for clients that read nothing else. */
export type Refusal = Issue & { readonly kind: "refused"; readonly status: ProblemStatus };

export function refused<Status extends ProblemStatus>(
  status: Status,
  key: string,
  reason: string,
): Refusal & { readonly status: Status } {
  return { kind: "refused", status, key, reason };
}

export function refusalProblem({ status, key, reason }: Omit<Refusal, "kind">): Problem {
  return problemOf(status, `${key} ${reason}`, [{ key, reason }]);
}
