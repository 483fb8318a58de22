/**
 * Answers the requests for pages that need no more than an answer before Hono looks at them: a chain of
 * middleware is a chain of promises, which takes as long as scoring a user
 * (docs/decisions/0049-the-origins-answer.md). All others go to Hono as before.
 */
import { HEADER } from "@spillway/shared/protocol/wire.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { Rollouts } from "../rollout/rollouts.ts";
import { isLoopback } from "./auth.ts";
import { fitsDigest, type EdgeProof, type EdgeVerified } from "./edge-proof.ts";
import { edgeRequestOf, type Asked } from "./edge-request.ts";
import { targetOf } from "./edge-signature.ts";
import { ownHostNames, type HostGuard } from "./own-host.ts";
import {
  answerPage,
  PAGE_PATH,
  responseOf,
  type PageReply,
  type RecommendationsDeps,
} from "./recommendations.ts";
import type { SingleUse } from "./single-use.ts";
import { abortedField } from "./tell-aborted.ts";

export type PageBeforeHonoDeps = RecommendationsDeps & {
  readonly config: Pick<HostGuard, "host" | "allowedHosts">;
  readonly metrics: Pick<Metrics, "httpRequestSeconds">;
  readonly edgeProof: EdgeProof;
  readonly singleUse: SingleUse;
  readonly rollouts: Pick<Rollouts, "abortedId">;
};

/** Undefined for a request that Hono is to answer. */
export type PagesBeforeHono = (request: Request) => Response | undefined;

type Header = Asked["header"];

/**
 * Two kinds of `GET` of a page: signed by our edge, and used for the first time; or by somebody who proves
 * nothing and need not, since the origin listens on loopback and is asked by a name of its own. What is
 * refused or fails is asked of Hono once more, where all errors are told.
 */
export function pagesBeforeHono(deps: PageBeforeHonoDeps): PagesBeforeHono {
  const { config, metrics } = deps;
  const isOpen = isLoopback(config.host);
  const isOwn = ownHostNames(config);
  return (request) => {
    const { url } = request;
    if (request.method !== "GET" || !isPagePath(url)) return undefined;
    const { headers } = request;
    const header: Header = (name) => headers.get(name) ?? undefined;
    const startedMs = performance.now();
    let reply: PageReply | undefined;
    if (header("signature-input") !== undefined) reply = signedReply(deps, url, header);
    else if (isOpen && header("authorization") === undefined && isOwn(header("host") ?? config.host))
      reply = attempt(() => answerPage(deps, { url, header, edge: undefined }));
    if (reply === undefined) return undefined;
    const labels = { route: PAGE_PATH, method: "GET", status: String(reply.status) };
    metrics.httpRequestSeconds.observe(labels, (performance.now() - startedMs) / 1000);
    return responseOf(reply);
  };
}

/** As edge-signature.ts answers it. */
function signedReply(deps: PageBeforeHonoDeps, url: string, header: Header): PageReply | undefined {
  const { edgeProof, singleUse, nowMs } = deps;
  if (BODY_FIELDS.some((name) => header(name) !== undefined)) return undefined;
  const verdict = edgeProof.verify({ method: "GET", target: targetOf(url), header });
  if (verdict.kind !== "verified" || !fitsDigest(verdict.digest, NO_BODY)) return undefined;
  if (singleUse.use(verdict, nowMs()) !== "taken") return undefined;
  const reply = attempt(() =>
    proven(deps, verdict, answerPage(deps, { url, header, edge: edgeRequestOf(header) })),
  );
  if (reply === undefined) singleUse.giveBack(verdict);
  return reply;
}

function proven(
  { edgeProof, rollouts, nowMs }: PageBeforeHonoDeps,
  signed: EdgeVerified,
  { status, fields, body }: PageReply,
): PageReply {
  const aborted = abortedField(rollouts);
  if (aborted !== undefined) fields[HEADER.rollout] = aborted;
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(fields)) byName.set(name.toLowerCase(), value);
  const proof = edgeProof.prove(signed, {
    status,
    header: (name) => byName.get(name),
    body: body ?? NO_BODY,
    nowMs: nowMs(),
  });
  return { status, fields: Object.assign(fields, proof), body };
}

function attempt(make: () => PageReply): PageReply | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

/** What says that a request has a body. */
const BODY_FIELDS = ["content-length", "transfer-encoding"];
const NO_BODY = new Uint8Array(0);

const SCHEME_LENGTH = "http://".length;

function isPagePath(url: string): boolean {
  const at = url.indexOf("/", SCHEME_LENGTH);
  if (!url.startsWith(PAGE_PATH, at)) return false;
  const end = at + PAGE_PATH.length;
  return end === url.length || url[end] === "?";
}
