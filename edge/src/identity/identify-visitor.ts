/**
 * `POST /identify` after a login, and `DELETE /identify` to undo it: tells the origin that the cookie's
 * visitor is the token's user. Either way the browser gets a new visitor's id, since the old one may be known
 * to others.
 */
import { COOKIE } from "@spillway/shared/protocol/wire.ts";
import type { OriginCall } from "../origin/origin-call.ts";
import { refusalOf } from "../origin/refusal-reply.ts";
import { refusalResponse, retryLaterResponse } from "../problem-response.ts";
import type { UserTokens } from "./user-token.ts";
import { readAddress } from "../request/address.ts";
import { appendCookies } from "../set-cookie.ts";
import { knownVisitor, newVisitor } from "./visitor.ts";

export type IdentifyDeps = {
  readonly callOrigin: OriginCall;
  /** Undefined where users cannot prove who they are. */
  readonly userTokens: UserTokens | undefined;
  readonly newId: () => string;
  readonly clock: () => number;
  readonly config: { readonly crossSiteCookies: boolean };
};

/** Somebody who has just logged in waits for it. */
const DEADLINE_MS = 3000;

export async function identifyVisitor(
  { callOrigin, userTokens, newId, clock, config }: IdentifyDeps,
  request: Request,
  method: "POST" | "DELETE",
): Promise<Response> {
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
  // The origin may have done it. To do it twice does no harm.
  const response =
    (reply.kind === "reply" && linkResponse(reply.status, reply.body)) ||
    retryLaterResponse("origin", "cannot be reached at the moment; try again");
  if (response.status !== 200) return response;
  // Who has known the old id, or has planted it, knows nothing of what comes.
  const cookies = [successor.newCookie, method === "DELETE" ? FORGOTTEN_PROFILE : undefined];
  appendCookies(response.headers, cookies, { secure, crossSite: config.crossSiteCookies });
  return response;
}

/** What the cookie says of the user's taste is not for the next one on this device. */
const FORGOTTEN_PROFILE = `${COOKIE.profile}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly`;

/** What the origin may say to the visitor. Any other reply is none: it was not about this link. */
function linkResponse(status: number, body: Uint8Array): Response | undefined {
  if (status === 400 || status === 409) return refusalResponse(refusalOf(status, body));
  const outcome = status === 200 ? outcomeOf(body) : undefined;
  if (outcome === undefined) return undefined;
  const headers = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
  return Response.json({ outcome }, { headers });
}

function outcomeOf(body: Uint8Array): string | undefined {
  try {
    const { outcome } = JSON.parse(new TextDecoder().decode(body)) as { readonly outcome?: unknown };
    return typeof outcome === "string" && /^[a-z-]{1,32}$/.test(outcome) ? outcome : undefined;
  } catch {
    return undefined;
  }
}
