/** Answers `GET /audit`: the audit log, newest first. */
import { Hono, type Context } from "hono";
import * as z from "zod/mini";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import type { AuditEntry } from "@spillway/store/operators/audit-log.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { refuse } from "../reply.ts";
import { requireRole } from "./require-role.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const time = z.pipe(
  z.iso.datetime({ offset: true, error: "must be a time such as 2026-07-10T18:00:00Z" }),
  z.transform((text: string) => Date.parse(text)),
);
const wholeNumber = (most: number) =>
  z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/, `must be a whole number from 1 to ${most}`)),
    z.pipe(
      z.transform(Number),
      z.number().check(z.gte(1), z.lte(most, `must be a whole number from 1 to ${most}`)),
    ),
  );

const querySchema = z.strictObject({
  since: z.optional(time),
  until: z.optional(time),
  kind: z.optional(
    z.string().check(z.regex(/^[a-z-]+(\.[a-z-]+)?$/, "must be such as routing or routing.push")),
  ),
  by: z.optional(z.string().check(z.maxLength(64))),
  before: z.optional(wholeNumber(Number.MAX_SAFE_INTEGER)),
  limit: z.optional(wholeNumber(MAX_LIMIT)),
});

export function auditRoutes({
  operatorStore,
}: {
  readonly operatorStore: Pick<OperatorStore, "audit">;
}): Hono {
  return new Hono().get("/audit", requireRole("viewer"), async (c: Context) => {
    const { note: _, ...parameters } = c.req.query();
    const query = querySchema.safeParse(parameters);
    if (!query.success) return refuse(c, 400, "this is no question to the audit log", toIssues(query.error));
    const { since, until, kind, by, before, limit = DEFAULT_LIMIT } = query.data;
    const entries = await operatorStore.audit.list({
      sinceMs: since,
      untilMs: until,
      kind,
      by,
      beforeSeq: before,
      limit,
    });
    return c.json({ entries: entries.map(describe) });
  });
}

function describe({ atMs, address, ...entry }: AuditEntry) {
  return { ...entry, at: new Date(atMs).toISOString(), ...(address !== undefined && { address }) };
}
