/** Answers `/console/session`: signs an operator in to the console, tells who is signed in, and signs out. */
import { randomBytes } from "node:crypto";
import { Hono, type Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import * as z from "zod/mini";
import { CONSOLE_COOKIE, type ConsoleSessions } from "@spillway/shared/operators/console-session.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { hasBearerScheme, tooManyAttempts, unauthorized } from "../auth.ts";
import { readJson } from "../body.ts";
import { refuse, refuseFor } from "../reply.ts";
import { Attempts, SIGN_INS } from "./attempts.ts";
import { audited } from "./audited.ts";
import { callerAddress } from "./caller-address.ts";
import type { Operator, OperatorAccess } from "./operator-access.ts";
import { requireRole } from "./require-role.ts";
import { refuseForeignPage } from "./same-page.ts";

/** A night's shift. */
const SESSION_MS = 12 * 3_600_000;
const SESSION_ID_BYTES = 16;
const MAX_BODY_BYTES = 4096;
const COOKIE = { path: "/", secure: true, httpOnly: true, sameSite: "Strict" } as const;

export const signInSchema = z.strictObject({ token: z.string().check(z.minLength(1), z.maxLength(1024)) });

export type SessionDeps = { readonly consoleSessions: ConsoleSessions };

export function sessionRoutes(deps: SessionDeps): Hono {
  const attempts = new Attempts(SIGN_INS);
  return new Hono()
    .post("/console/session", async (c) => {
      const access = c.get("operatorAccess");
      const foreign = refuseForeignPage(c);
      if (foreign !== undefined) return foreign;
      const body = await readJson(c, MAX_BODY_BYTES);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = signInSchema.safeParse(body.value);
      if (!parsed.success) return refuse(c, 400, "this is no sign-in", toIssues(parsed.error));
      if (access === undefined) return unauthorized(c, "a token");
      const holder = await holderWithin(c, access, attempts, parsed.data.token);
      return holder instanceof Response ? holder : begin(c, deps, access, holder);
    })
    .get("/console/session", requireRole("viewer"), async (c) =>
      c.json(await describe(deps, c.get("operator"), c.get("operatorAccess")?.nowMs() ?? 0)),
    )
    .delete("/console/session", requireRole("viewer"), async (c) => {
      const id = c.get("operator")?.sessionId;
      if (id !== undefined && (await c.get("operatorAccess")?.store.sessions.end(id)) === true)
        await audited(c, { action: "session.end", subject: "console" });
      deleteCookie(c, CONSOLE_COOKIE, COOKIE);
      return c.body(null, 204);
    });
}

/**
 * Whose token it is, or the refusal. A right token that we have made is never refused: its secret can't be
 * guessed, and so others can lock nobody out who has one.
 */
async function holderWithin(
  c: Context,
  { holderOf, nowMs }: OperatorAccess,
  attempts: Attempts,
  secret: string,
): Promise<Operator | Response> {
  const holder = await holderOf(secret);
  if (holder?.via === "token") return holder;
  const address = callerAddress(c) ?? "";
  const waitS = attempts.take(address, nowMs());
  if (waitS !== undefined) return tooManyAttempts(c, waitS);
  if (holder === undefined) return unauthorized(c, "a valid token in its body, which");
  attempts.succeeded(address, nowMs());
  return holder;
}

/** A fresh session at each sign-in. The one that the browser had ends, whosever it was. */
async function begin(
  c: Context,
  { consoleSessions }: SessionDeps,
  access: OperatorAccess,
  operator: Operator,
): Promise<Response> {
  const createdMs = access.nowMs();
  const replaced = hasBearerScheme(c) ? undefined : await access.caller();
  const session = {
    id: randomBytes(SESSION_ID_BYTES).toString("base64url"),
    name: operator.name,
    role: operator.role,
    expiresMs: Math.min(createdMs + SESSION_MS, operator.expiresMs ?? Infinity),
  };
  const { grantedFor } = operator;
  await access.store.sessions.begin({ ...session, grantedFor, createdMs }, replaced?.sessionId);
  c.set("operator", operator);
  await audited(c, { action: "session.begin", subject: "console" });
  const maxAge = Math.floor((session.expiresMs - createdMs) / 1000);
  setCookie(c, CONSOLE_COOKIE, await consoleSessions.seal(session), { ...COOKIE, maxAge });
  const signedIn: Operator = {
    ...operator,
    via: "session",
    expiresMs: session.expiresMs,
    sessionId: session.id,
  };
  return c.json(await describe({ consoleSessions }, signedIn, createdMs));
}

async function describe({ consoleSessions }: SessionDeps, operator: Operator | undefined, nowMs: number) {
  if (operator === undefined) throw new Error("nobody has signed in");
  const { name, role, via, expiresMs } = operator;
  return {
    name,
    role,
    via,
    ...(expiresMs !== undefined && { expiresAt: new Date(expiresMs).toISOString() }),
    // For an edge of another host, to which no browser sends the cookie. No origin takes it: its id is new.
    edgePass: await consoleSessions.seal({
      id: randomBytes(SESSION_ID_BYTES).toString("base64url"),
      name,
      role: "viewer",
      expiresMs: Math.min(expiresMs ?? Infinity, nowMs + SESSION_MS),
    }),
  };
}
