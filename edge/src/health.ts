/**
 * `GET /health`: what this isolate goes by, and what went wrong since it started. No secrets, and always 200. How many scrapers are
 * known, and what a failure said, is for operators only.
 */
import type { Admit } from "./serving/admission.ts";
import type { EdgeConfig } from "./env.ts";
import type { Failures } from "./failures.ts";
import type { PageSource } from "./published/page-source.ts";
import type { PublishedState } from "./published/published-state.ts";
import type { ServingLog } from "./serving-log/serving-log.ts";
import type { UserTokens } from "./identity/user-token.ts";

export type HealthDeps = {
  readonly config: EdgeConfig;
  readonly pages: PageSource;
  readonly failures: Failures;
  readonly admission: Admit;
  readonly userTokens: UserTokens | undefined;
  readonly servingLog: ServingLog;
};

export function healthReport(
  { config, pages, failures, admission, userTokens, servingLog }: HealthDeps,
  state: PublishedState,
  forOperator: boolean,
) {
  const { clusters, routing, editorial, suspects } = state;
  return {
    status: config.problems.length === 0 && clusters !== undefined ? "ok" : "degraded",
    problems: [
      ...config.problems,
      ...(clusters === undefined ? [{ key: "cluster-index", reason: "none has been read from KV yet" }] : []),
    ],
    clusterIndex: { generation: clusters?.generation ?? null },
    routing: { version: routing.version, mode: routing.mode, deadlineMs: routing.deadlineMs },
    editorial: { version: editorial.version },
    users:
      userTokens === undefined
        ? { believed: "the user parameter" }
        : {
            believed: "signed tokens",
            keys: config.userTokens?.keys.length ?? 0,
            remembered: userTokens.remembered(),
          },
    admission: admission.state(),
    pagesInMemory: pages.size(),
    /** Calls of this isolate since it started, and of those what the log had to give up. */
    servingLog: servingLog.totals(),
    failures: failures.counts(),
    ...(forOperator && { suspects: { listed: suspects.size }, lastFailures: failures.lastDetails() }),
  };
}
