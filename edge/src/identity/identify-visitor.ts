/**
 * `POST /identify` after a login, and `DELETE /identify` to undo it: tells the origin that the cookie's
 * visitor is the token's user. Either way the browser gets a new visitor's id, since the old one may be known
 * to others. What the viewer cookie holds of the visitor is the user's from then on, or goes.
 */
import type { OriginCall } from "../origin/origin-call.ts";
import { refusalOf } from "../origin/refusal-reply.ts";
import { refusalResponse, retryLaterResponse } from "../problem-response.ts";
import type { UserTokens } from "./user-token.ts";
import { readAddress } from "../request/address.ts";
import { appendCookies } from "../set-cookie.ts";
import type { PublishedStateReader } from "../published/published-state.ts";
import type { RequestContext } from "../request/request-context.ts";
import { FORGOTTEN_VIEWER } from "../viewer/viewer-cookie.ts";
import type { Viewers } from "../viewer/viewers.ts";
import { knownVisitor, newVisitor } from "./visitor.ts";

export type IdentifyDeps = {
  readonly callOrigin: OriginCall;
  /** Undefined where users cannot prove who they are. */
  readonly userTokens: UserTokens | undefined;
  readonly newId: () => string;
  readonly clock: () => number;
  readonly config: { readonly crossSiteCookies: boolean };
  readonly state: PublishedStateReader;
  readonly viewers: Viewers;
};

/** Somebody who has just logged in waits for it. */
const DEADLINE_MS = 3000;

export async function identifyVisitor(
  deps: IdentifyDeps,
  request: Request,
  method: "POST" | "DELETE",
  requestContext: RequestContext,
): Promise<Response> {
  const { callOrigin, userTokens, newId, clock, config } = deps;
  if (userTokens === undefined) {
    const reason =
      "is not set, so that nobody can prove here who they are; the platform's backend calls the origin's /identify with its token";
    return refusalResponse({ status: 403, key: "USER_TOKEN_KEYS", reason });
  }
  const proof = await userTokens.proofOf(request.headers, clock());
  if (proof.kind === "refused") {
    return refusalResponse(
      { status: 401, key: "token", reason: proof.reason },
      { "www-authenticate": 'Bearer realm="spillway"' },
    );
  }
  const { secure } = readAddress(request.url);
  const visitor = knownVisitor(request.headers.get("cookie"), secure);
  if (visitor === undefined) {
    const reason = "spillway_visitor is missing: there is no visitor to be identified";
    return refusalResponse({ status: 400, key: "cookie", reason });
  }
  const successor = newVisitor(secure, newId);
  const link = { visitor, user: proof.user };
  const atMs = clock();
  const reply = await callOrigin({
    path: "/identify",
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(method === "POST" ? { ...link, successor: successor.user, atMs } : link),
    deadlineMs: DEADLINE_MS,
    nowMs: atMs,
  });
  if (reply.kind === "reply" && (reply.status === 400 || reply.status === 409))
    return refusalResponse(refusalOf(reply.status, reply.body));
  // Any other reply is none: it was not about this link. The origin may have done it; to do it twice does no
  // harm.
  const outcome = reply.kind === "reply" && reply.status === 200 ? outcomeOf(reply.body) : undefined;
  if (outcome === undefined)
    return retryLaterResponse("origin", "cannot be reached at the moment; try again");
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  const response = Response.json({ outcome }, { headers });
  const cookies = [
    // Who has known the old id, or has planted it, knows nothing of what comes.
    successor.newCookie,
    // What the cookie says of the user's taste is not for the next one on this device.
    HANDED_OVER.has(outcome) && method === "POST"
      ? await handedOver(deps, request, link, requestContext)
      : FORGOTTEN_VIEWER,
  ];
  appendCookies(response.headers, cookies, { secure, crossSite: config.crossSiteCookies });
  return response;
}

/** What the visitor has done is the user's, all of it. After `moved` some of it is another user's. */
const HANDED_OVER: ReadonlySet<string> = new Set(["linked", "unchanged"]);

async function handedOver(
  { state, viewers }: IdentifyDeps,
  { headers }: Request,
  { visitor, user }: { readonly visitor: string; readonly user: string },
  requestContext: RequestContext,
): Promise<string | undefined> {
  const request = {
    user: visitor,
    cookies: headers.get("cookie"),
    state: await state(requestContext),
    nowMs: requestContext.nowMs,
  };
  return viewers.afterLogin(request, user);
}

function outcomeOf(body: Uint8Array): string | undefined {
  try {
    const { outcome } = JSON.parse(new TextDecoder().decode(body)) as { readonly outcome?: unknown };
    return typeof outcome === "string" && /^[a-z-]{1,32}$/.test(outcome) ? outcome : undefined;
  } catch {
    return undefined;
  }
}
