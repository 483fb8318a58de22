/**
 * Counts what went wrong and remembers which documents are refused, for `/health`, and writes what an
 * operator can act on to the worker's log.
 */
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";

export const FAILURES = [
  /** How the origin failed, by the reason that the response header gives. */
  "deadline",
  "origin-unreachable",
  "origin-error",
  "rate-limit",
  "origin-watch",
  "kv-read",
  "kv-value",
  /** A page could not be tailored, and was served as its cluster's. */
  "tailoring",
  "queue-send",
  "events-delivery",
  "events-refused",
  /** Posts of clients who have not proved who they are, and were over a limit. */
  "events-limited",
  /** Clients that went away before their post was complete. */
  "client-gone",
  "serving-log",
  "dead-letters",
  /** A user's signed token that does not hold. Tokens are never logged. */
  "user-token-expired",
  "user-token-invalid",
  "unexpected",
] as const;
export type Failure = (typeof FAILURES)[number];

export type Failures = {
  /** A failure with `detail` is logged too. Leave `detail` out where every request of a spike would log. */
  readonly count: (failure: Failure, detail?: string) => void;
  /** Since this isolate started. */
  readonly counts: () => Readonly<Record<Failure, number>>;
  readonly lastDetails: () => Readonly<Partial<Record<Failure, string>>>;
  /** The newest value of this KV key is refused for `reason`; undefined once a good one has been read. */
  readonly refuse: (key: string, reason: string | undefined) => void;
  /** The documents whose newest value is refused at the moment. */
  readonly refused: () => readonly Issue[];
};

export function createFailures(log: (line: string) => void): Failures {
  const counts = Object.fromEntries(FAILURES.map((failure) => [failure, 0])) as Record<Failure, number>;
  const details: Partial<Record<Failure, string>> = {};
  const refused = new Map<string, string>();
  return {
    count: (failure, detail) => {
      counts[failure] += 1;
      if (detail === undefined) return;
      details[failure] = detail;
      log(JSON.stringify({ level: "error", failure, detail }));
    },
    counts: () => ({ ...counts }),
    lastDetails: () => ({ ...details }),
    refuse: (key, reason) => {
      if (reason === undefined) refused.delete(key);
      else refused.set(key, reason);
    },
    refused: () => Array.from(refused, ([key, reason]) => ({ key, reason })),
  };
}
