/** The answer when something inside the edge breaks: a viewer gets a page all the same. */
import { readQuery } from "@spillway/shared/protocol/request-query.ts";
import { builtinPage } from "../pages/builtin-page.ts";
import { toResponse } from "./response.ts";

export function lastResort(request: Request, nowMs: number): Response {
  const asked = readQuery(new URL(request.url).searchParams);
  const context =
    asked.kind === "query" && asked.query.subject === undefined ? asked.query.context : "homepage";
  return toResponse(
    { kind: "page", reason: "origin-error", assigned: "generic", page: builtinPage(context) },
    {
      ifNoneMatch: null,
      newCookie: undefined,
      entryCookie: undefined,
      secure: false,
      startedMs: nowMs,
      nowMs,
      clockOffsetMs: 0,
    },
  );
}
