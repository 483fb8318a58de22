/**
 * `POST /events`: a client's batch, taken once it is stored durably, whatever path served the page it is
 * about.
 */
import { problemOf } from "@spillway/shared/protocol/problem.ts";
import { readUser } from "@spillway/shared/protocol/request-query.ts";
import { parseEventBatch } from "@spillway/shared/protocol/events.ts";
import { readEventBody } from "./event-body.ts";
import type { RequestContext } from "../request/request-context.ts";
import type { EventSink } from "./event-sink.ts";
import { requestSignals } from "../request/request-signals.ts";
import { problemResponse, refusalResponse, retryLaterResponse } from "../problem-response.ts";
import { POSTED, servedCall } from "../serving-log/served-call.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import type { UserTokens } from "../identity/user-token.ts";
import { identify, isSecure } from "../identity/visitor.ts";

export type TakeEventsDeps = {
  readonly sink: EventSink;
  readonly servingLog: ServingLog;
  /** Undefined: the `user` of the address, and of each event, is believed. */
  readonly userTokens: UserTokens | undefined;
  readonly newId: () => string;
};

export async function takeEvents(
  deps: TakeEventsDeps,
  request: Request,
  requestContext: RequestContext,
): Promise<Response> {
  const { nowMs } = requestContext;
  const url = new URL(request.url);
  const { userTokens } = deps;
  const user =
    userTokens === undefined ? readUser(url.searchParams) : await userTokens.userOf(request.headers, nowMs);
  if (typeof user === "object") return refusalResponse(user);
  const body = await readEventBody(request);
  if (body.kind === "refused") return refusalResponse(body);
  const visitor = identify(user, request.headers.get("cookie"), isSecure(url), deps.newId);
  const signals = requestSignals(request, url);
  const batch = parseEventBatch(body.value, { user: visitor.user, signals, nowMs });
  if (!batch.ok) return problemResponse(problemOf(400, "no event could be taken", batch.issues));
  const events =
    userTokens === undefined ? batch.events : batch.events.map((event) => ({ ...event, user: visitor.user }));
  // Nothing is promised: the client keeps its events and sends them again.
  if (!(await deps.sink(events)))
    return retryLaterResponse("events", "cannot be stored at the moment; send them again");
  // A gateway may post for many users: the serving log counts each of them as somebody who came back.
  const actors = new Set(events.map((event) => event.user));
  for (const actor of actors.size === 0 ? [visitor.user] : actors)
    deps.servingLog.add(servedCall(request, actor, "events", POSTED), requestContext);
  return Response.json(
    { accepted: batch.events.length, refused: batch.refused },
    { status: 202, headers: visitor.newCookie === undefined ? {} : { "set-cookie": visitor.newCookie } },
  );
}
