/** Answers `/tokens`: makes, lists and revokes operators' tokens. Only who holds ADMIN_TOKEN may. */
import { Hono, type Context } from "hono";
import * as z from "zod/mini";
import { TOKEN_ROLES } from "@spillway/shared/operators/role.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import type { OperatorStore, OperatorToken } from "@spillway/store/operators/operator-store.ts";
import { readJson } from "../body.ts";
import { refuse, refuseFor } from "../reply.ts";
import { auditEntry } from "./audited.ts";
import { requireRole } from "./require-role.ts";

const MAX_BODY_BYTES = 4096;
const DAY_MS = 86_400_000;

/** `admin` is what the log calls who holds ADMIN_TOKEN. */
const nameSchema = z.string().check(
  z.regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    "must be 1–64 of a-z, 0-9, ., _ and -, and begin with a letter or digit",
  ),
  z.refine((name) => name !== "admin", "is the name of who holds ADMIN_TOKEN"),
);

export const newTokenSchema = z.strictObject({
  name: nameSchema,
  role: z.enum(TOKEN_ROLES, `must be one of ${TOKEN_ROLES.join(", ")}`),
  expiresInDays: z.optional(z.int().check(z.gte(1), z.lte(3650))),
});
export const revokedTokenSchema = z.strictObject({ name: z.string() });

export type TokenDeps = {
  readonly operatorStore: Pick<OperatorStore, "tokens">;
  readonly nowMs: () => number;
};

export function tokenRoutes({ operatorStore: { tokens }, nowMs }: TokenDeps): Hono {
  return new Hono()
    .use("/tokens", requireRole("admin"))
    .use("/tokens/*", requireRole("admin"))
    .get("/tokens", async (c) => {
      const now = nowMs();
      return c.json({ tokens: (await tokens.list()).map((token) => describe(token, now)) });
    })
    .post("/tokens", async (c) => {
      const body = await read(c, newTokenSchema);
      if (body instanceof Response) return body;
      const { name, role, expiresInDays } = body;
      const now = nowMs();
      const expiresMs = expiresInDays === undefined ? undefined : now + expiresInDays * DAY_MS;
      const audit = auditEntry(c, {
        action: "token.create",
        subject: `token ${name}`,
        after: { role, ...(expiresMs !== undefined && { expires: new Date(expiresMs).toISOString() }) },
      });
      const by = c.get("operator")?.name ?? "";
      const made = await tokens.create({ name, role, expiresMs, by, nowMs: now, audit });
      if (made.kind === "name-taken")
        return refuse(c, 409, `there is a valid token ${name}; revoke it first, or choose another name`);
      return c.json({ ...describe(made.token, now), token: made.secret }, 201);
    })
    .post("/tokens/revoke", async (c) => {
      const body = await read(c, revokedTokenSchema);
      if (body instanceof Response) return body;
      const { name } = body;
      const audit = auditEntry(c, { action: "token.revoke", subject: `token ${name}` });
      const revoked = await tokens.revoke(name, nowMs(), audit);
      if (revoked === undefined) return refuse(c, 404, `there is no valid token ${JSON.stringify(name)}`);
      return c.json(describe(revoked, nowMs()));
    });
}

async function read<Body>(c: Context, schema: z.ZodMiniType<Body>): Promise<Body | Response> {
  const body = await readJson(c, MAX_BODY_BYTES);
  if (body.kind === "refused") return refuseFor(c, body);
  const parsed = schema.safeParse(body.value);
  return parsed.success ? parsed.data : refuse(c, 400, "this is no token", toIssues(parsed.error));
}

function describe({ name, role, createdBy, ...token }: OperatorToken, nowMs: number) {
  const { createdMs, expiresMs, revokedMs, lastUsedMs } = token;
  return {
    name,
    role,
    state:
      revokedMs !== undefined
        ? ("revoked" as const)
        : nowMs >= (expiresMs ?? Infinity)
          ? ("expired" as const)
          : ("valid" as const),
    createdBy,
    createdAt: iso(createdMs),
    ...(expiresMs !== undefined && { expiresAt: iso(expiresMs) }),
    ...(revokedMs !== undefined && { revokedAt: iso(revokedMs) }),
    ...(lastUsedMs !== undefined && { lastUsedAt: iso(lastUsedMs) }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
