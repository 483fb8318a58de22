/**
 * `GET /health`. Anybody learns whether this isolate can serve; operators also learn its state and what went
 * wrong since it started. It holds no secrets, and the status is always 200.
 */
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { KV_KEY } from "@spillway/shared/protocol/wire.ts";
import { rulesWithoutCluster } from "@spillway/shared/routing/rule-clusters.ts";
import { isOneOfBearers } from "./identity/bearer.ts";
import type { Admit } from "./admission/admission.ts";
import type { EdgeConfig } from "./env.ts";
import type { Failures } from "./failures.ts";
import type { PackSource } from "./packs/pack-source.ts";
import { keptBytes, type KeptBytes } from "./memory/isolate-memory.ts";
import type { PageSource } from "./pages/page-source.ts";
import type { PinOverlay } from "./pages/pin-overlay.ts";
import type { PublishedState } from "./published/published-state.ts";
import type { Sample } from "./serving-log/sample.ts";
import type { ServingLog } from "./serving-log/serving-log.ts";
import type { ViewerMap } from "./viewer/viewer-map.ts";
import type { Viewers } from "./viewer/viewers.ts";
import type { UserTokens } from "./identity/user-token.ts";

export type HealthDeps = {
  readonly config: EdgeConfig;
  readonly pages: PageSource;
  readonly overlay: PinOverlay;
  readonly packs: PackSource;
  readonly failures: Failures;
  readonly admission: Admit;
  readonly userTokens: UserTokens | undefined;
  readonly servingLog: ServingLog;
  readonly sample: Pick<Sample, "counts">;
  readonly viewers: Pick<Viewers, "counts">;
  readonly viewerMap: Pick<ViewerMap, "size">;
};

/** An operator is who sends `EDGE_TOKEN` as a bearer. */
export async function healthResponse(
  deps: HealthDeps,
  headers: Headers,
  state: PublishedState,
): Promise<Response> {
  const { origin } = deps.config;
  const problems = [...deps.config.problems, ...((await deps.userTokens?.keyProblems()) ?? [])];
  const isOperator = await isOneOfBearers(headers, origin?.tokens ?? []);
  const report = isOperator
    ? { ...publicReport(deps, problems, state), ...operatorReport(deps, state) }
    : publicReport(deps, problems, state);
  return Response.json(report, { headers: { "cache-control": "no-store" } });
}

function publicReport(
  { failures, servingLog }: HealthDeps,
  configuration: readonly Issue[],
  { clusters, routing }: PublishedState,
) {
  const refused = failures.refused();
  const hasNoIndex = clusters === undefined && !refused.some(({ key }) => key === KV_KEY.clusterIndex);
  const problems = [
    ...configuration,
    ...refused,
    ...(clusters === undefined
      ? []
      : rulesWithoutCluster(routing.ruleClusters, (id) => clusters.byId(id) !== undefined)),
    ...(hasNoIndex ? [{ key: KV_KEY.clusterIndex, reason: "none has been read from KV yet" }] : []),
  ];
  return {
    status: problems.length === 0 ? "ok" : "degraded",
    /** What is wrong in the configuration and in the published documents. It holds no secrets. */
    problems,
    clusterIndex: { generation: clusters?.generation ?? null },
    /** Calls of this isolate since it started, and how many of them the log has lost. */
    servingLog: servingLog.totals(),
  };
}

export function keptMemory(
  { pages, overlay, packs }: Pick<HealthDeps, "pages" | "overlay" | "packs">,
  suspects: number,
): KeptBytes {
  return keptBytes({ pages: pages.size().bytes, overlays: overlay.bytes(), packs: packs.size(), suspects });
}

function operatorReport(deps: HealthDeps, { routing, editorial, suspects, erasures }: PublishedState) {
  const { config, pages, packs, failures, admission, userTokens, viewers, viewerMap } = deps;
  const memory = keptMemory(deps, suspects.size);
  return {
    /** Of everything that this isolate keeps, while packs are swapped. */
    isolateBytes: Object.values(memory).reduce((sum, bytes) => sum + bytes, 0),
    memory,
    routing: { version: routing.version, mode: routing.modeAt(Date.now()), deadlineMs: routing.deadlineMs },
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
    packs: packs.size(),
    suspects: { listed: suspects.size },
    /** Which secret keys them. With a key of their own, a new token leaves them as they are. */
    userHashes: { keyedWith: config.userHash.from },
    /** Viewer cookies that came and were set. */
    viewers: { ...viewers.counts(), erasuresListed: erasures.size, map: viewerMap.size() },
    /** Requests that were recorded for the sample, and tuples that were handed over. */
    sample: deps.sample.counts(),
    failures: failures.counts(),
    lastFailures: failures.lastDetails(),
  };
}
