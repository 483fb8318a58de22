/**
 * Answers the requests for pages that need no more than an answer before Hono looks at them: a chain of
 * middleware is a chain of promises, which takes as long as scoring a user
 * (docs/decisions/0049-the-origins-answer.md). All others go to Hono as before.
 */
import type { Metrics } from "../monitoring/metrics.ts";
import { isLoopback } from "./auth.ts";
import { ownHostNames, type HostGuard } from "./own-host.ts";
import { answerPage, PAGE_PATH, type RecommendationsDeps } from "./recommendations.ts";

export type PageBeforeHonoDeps = RecommendationsDeps & {
  readonly config: Pick<HostGuard, "host" | "allowedHosts">;
  readonly metrics: Pick<Metrics, "httpRequestSeconds">;
};

/** Undefined for a request that Hono is to answer. */
export type PlainPages = (request: Request) => Response | undefined;

/**
 * Plain is a `GET` of a page by somebody who proves nothing and need not: the origin listens on loopback, and
 * is asked by a name of its own. What fails is asked of Hono once more, where all errors are told.
 */
export function plainPages(deps: PageBeforeHonoDeps): PlainPages {
  const { config, metrics } = deps;
  if (!isLoopback(config.host)) return () => undefined;
  const isOwn = ownHostNames(config);
  return (request) => {
    const { url } = request;
    if (request.method !== "GET" || !isPagePath(url)) return undefined;
    const { headers } = request;
    const header = (name: string): string | undefined => headers.get(name) ?? undefined;
    const proves = PROOFS.some((name) => header(name) !== undefined);
    if (proves || !isOwn(header("host") ?? config.host)) return undefined;
    const startedMs = performance.now();
    try {
      const response = answerPage(deps, { url, header, edge: undefined });
      const labels = { route: PAGE_PATH, method: "GET", status: String(response.status) };
      metrics.httpRequestSeconds.observe(labels, (performance.now() - startedMs) / 1000);
      return response;
    } catch {
      return undefined;
    }
  };
}

/** What says who calls: our edge's signature, or a token. */
const PROOFS = ["signature-input", "authorization"];

const SCHEME_LENGTH = "http://".length;

function isPagePath(url: string): boolean {
  const at = url.indexOf("/", SCHEME_LENGTH);
  if (!url.startsWith(PAGE_PATH, at)) return false;
  const end = at + PAGE_PATH.length;
  return end === url.length || url[end] === "?";
}
