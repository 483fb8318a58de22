/** Lets a request through to a route by the caller's role: 401 for nobody, 403 for who may not. */
import type { Context, MiddlewareHandler } from "hono";
import { CONSOLE_HEADER } from "@spillway/shared/operators/console-session.ts";
import { mayActAs, type Role } from "@spillway/shared/operators/role.ts";
import { unauthorized } from "../auth.ts";
import { refuse, refuseFor } from "../reply.ts";
import { noteIssue } from "./audited.ts";
import { refuseOtherPage } from "./same-page.ts";

/**
 * Sets `operator`. A session of the console may change something only from a page of this very host, which
 * sends a header that no form can send.
 */
export function requireRole(role: Role): MiddlewareHandler {
  return async (c, next) => {
    const operator = await c.get("operatorAccess")?.caller();
    if (operator === undefined) return unauthorized(c, "the admin token, or an operator's,");
    const refusal =
      (operator.via === "session" ? refuseForged(c) : undefined) ??
      (mayActAs(operator.role, role)
        ? undefined
        : refuse(c, 403, `${operator.name} is ${article(operator.role)}; this needs ${article(role)}`));
    if (refusal !== undefined) return refusal;
    const issue = noteIssue(c);
    if (issue !== undefined) return refuseFor(c, { status: 400, ...issue });
    c.set("operator", operator);
    return next();
  };
}

/** Undefined for what only reads: no other site's page can read the answer. */
function refuseForged(c: Context): Response | undefined {
  if (SAFE_METHODS.has(c.req.method)) return undefined;
  if (c.req.header(CONSOLE_HEADER) === undefined)
    return refuse(c, 403, `a session changes something only with the header ${CONSOLE_HEADER}`);
  return refuseOtherPage(c);
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

function article(role: Role): string {
  return `${/^[aeo]/.test(role) ? "an" : "a"} ${role}`;
}
