/**
 * Answers `/editorial/drafts`: pins that are to replace the set at a time, which the origin then publishes.
 */
import { Hono } from "hono";
import * as z from "zod/mini";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { instantSchema } from "@spillway/shared/protocol/time-schema.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import type { Draft } from "@spillway/store/operators/operator-store.ts";
import { pinIssues } from "../editorial/check-pins.ts";
import { summaryOf } from "../editorial/publish-drafts.ts";
import { readJson } from "./body.ts";
import { report, type EditorialDeps } from "./editorial.ts";
import { auditEntry, noteOf } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 1024 * 1024;
const LISTED = 100;
const MAX_WAITING = 50;

/** `start` by the content's clock, as `from` and `until` of the pins. */
export const newDraftSchema = z.extend(pinsSchema, { start: instantSchema });
export const cancelledDraftSchema = z.strictObject({ id: z.int().check(z.gte(1)) });

export function draftRoutes(deps: EditorialDeps): Hono {
  const { drafts, pins: stored } = deps.operatorStore;
  return new Hono()
    .get("/editorial/drafts", requireRole("viewer"), async (c) =>
      c.json({
        now: new Date(deps.contentNowMs()).toISOString(),
        drafts: (await drafts.list(LISTED)).map(describe),
      }),
    )
    .post("/editorial/drafts", requireRole("editor"), async (c) => {
      const body = await readJson(c, MAX_BODY_BYTES);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = newDraftSchema.safeParse(body.value);
      const issues = pinIssues(deps.database, body.value, parsed.error);
      if (!parsed.success || issues.length > 0)
        return refuse(c, 400, "the draft is not valid; nothing changed", issues);
      const { pins, start } = parsed.data;
      const startMs = Date.parse(start);
      if (startMs <= deps.contentNowMs()) {
        const reason = `must be after now, ${new Date(deps.contentNowMs()).toISOString()} by the content's clock`;
        return refuse(c, 400, "the draft is not valid; nothing changed", [{ key: "start", reason }]);
      }
      const waiting = (await drafts.list(LISTED)).filter(({ state }) => state === "waiting");
      if (waiting.length >= MAX_WAITING)
        return refuse(c, 409, `${MAX_WAITING} drafts are waiting; cancel one first`);
      const current = await stored.current();
      const id = await drafts.add({
        pins,
        startMs,
        baseVersion: current?.version ?? 0,
        note: noteOf(c),
        by: c.get("operator")?.name ?? "",
        nowMs: deps.nowMs(),
        audit: (draft) =>
          auditEntry(c, {
            action: "pins.draft",
            subject: `draft ${draft}`,
            after: { start, ...summaryOf(current?.value ?? [], pins) },
          }),
      });
      const added = await drafts.byId(id);
      if (added === undefined) return refuse(c, 404, `there is no draft ${id}`);
      // What will be wrong at its start, and not now.
      const { conflicts } = report({ ...deps, contentNowMs: () => startMs }, added.baseVersion, pins);
      return c.json({ ...describe(added), conflicts }, 201);
    })
    .post("/editorial/drafts/cancel", requireRole("editor"), async (c) => {
      const body = await readJson(c, 1024);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = cancelledDraftSchema.safeParse(body.value);
      if (!parsed.success) return refuse(c, 400, "this names no draft", toIssues(parsed.error));
      const { id } = parsed.data;
      const draft = await drafts.byId(id);
      if (draft === undefined) return refuse(c, 404, `there is no draft ${id}`);
      const audit = auditEntry(c, { action: "pins.cancel", subject: `draft ${id}` });
      if (!(await drafts.settle(id, "cancelled", undefined, audit)))
        return refuse(c, 409, `draft ${id} does not wait any more: it is ${draft.state}`);
      return c.json(describe({ ...draft, state: "cancelled" }));
    });
}

function describe({ id, pins, startMs, baseVersion, note, by, createdMs, state, outcome }: Draft) {
  return {
    id,
    state,
    start: new Date(startMs).toISOString(),
    baseVersion,
    by,
    createdAt: new Date(createdMs).toISOString(),
    ...(note !== undefined && { note }),
    ...(outcome !== undefined && { outcome }),
    pins,
  };
}
