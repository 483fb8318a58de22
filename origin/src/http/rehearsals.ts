/** Answers `/rehearsals`: starts a spike in virtual time, says how far it is and what came of it. */
import { Hono } from "hono";
import * as z from "zod/mini";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { ABOUT, LIMITS, readRehearsal } from "@spillway/simulation/rehearsal/parameters.ts";
import type { Rehearsals } from "../rehearsals/rehearsals.ts";
import { readJson } from "./body.ts";
import { requireRole } from "./operators/require-role.ts";
import { parametersOf } from "./parameters.ts";
import { refuse, refuseFor } from "./reply.ts";

export type RehearsalsDeps = { readonly rehearsals: Omit<Rehearsals, "stop"> };

export const cancelRehearsalSchema = z.strictObject({ id: z.string() });

const SCENARIOS = Object.entries(ABOUT).map(([name, about]) => ({ name, about }));
const MAX_BODY_BYTES = 4096;
const RETRY_AFTER_S = "10";

/** Nothing is changed, so that nothing is written down; but it costs processor time, so that viewers only read. */
export function rehearsalsRoutes({ rehearsals }: RehearsalsDeps): Hono {
  return new Hono()
    .get("/rehearsals", requireRole("viewer"), (c) => {
      c.header("Cache-Control", "no-store");
      return c.json({ scenarios: SCENARIOS, limits: LIMITS, rehearsals: rehearsals.list() });
    })
    .get("/rehearsals/result", requireRole("viewer"), (c) => {
      const id = parametersOf(c).get("id");
      if (id === null) return refuseFor(c, { status: 400, key: "id", reason: "is missing" });
      const found = rehearsals.find(id);
      if (found === undefined)
        return refuse(c, 404, "there is no such rehearsal: the last ones since the origin started are kept");
      c.header("Cache-Control", "no-store");
      return c.json({ ...found.started, ...(found.result !== undefined && { view: found.result.view }) });
    })
    .post("/rehearsals", requireRole("operator"), async (c) => {
      const body = await readJson(c, MAX_BODY_BYTES);
      if (body.kind === "refused") return refuseFor(c, body);
      const read = readRehearsal(body.value);
      if (!read.ok) return refuse(c, 400, "the rehearsal is not valid", read.issues);
      const started = rehearsals.start(read.rehearsal, c.get("operator")?.name ?? "");
      if (started !== undefined) return c.json(started, 202);
      c.header("Retry-After", RETRY_AFTER_S);
      return refuse(c, 503, "another rehearsal is played; try again when it is over, or cancel it");
    })
    .post("/rehearsals/cancel", requireRole("operator"), async (c) => {
      const body = await readJson(c, MAX_BODY_BYTES);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = cancelRehearsalSchema.safeParse(body.value);
      if (!parsed.success) return refuse(c, 400, "nothing is cancelled", toIssues(parsed.error));
      if (rehearsals.cancel(parsed.data.id)) return c.json({ cancelled: true });
      return refuse(c, 404, "no such rehearsal is played");
    });
}
