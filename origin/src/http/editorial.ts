/**
 * Answers `/editorial/pins`: which items editors pin, for whom, from when until when, and what is wrong with
 * that.
 */
import { Hono, type Context } from "hono";
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import type { Database } from "@spillway/store/database.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { pinIssues } from "../editorial/check-pins.ts";
import { comparePins } from "../editorial/merge-pins.ts";
import { pinConflicts } from "../editorial/pin-conflicts.ts";
import { createReachReader } from "../editorial/pin-reach.ts";
import { summaryOf } from "../editorial/publish-drafts.ts";
import { readJson } from "./body.ts";
import { auditEntry, noteOf } from "./operators/audited.ts";
import { changedSince, readExpectedVersion } from "./operators/expected-version.ts";
import { requireRole } from "./operators/require-role.ts";
import { parametersOf } from "./parameters.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export type EditorialDeps = {
  readonly database: Database;
  readonly operatorStore: Pick<OperatorStore, "pins" | "drafts" | "samples">;
  readonly nowMs: () => number;
  /** The content's clock, to which `from` and `until` of pins refer. */
  readonly contentNowMs: () => number;
  readonly onEditorialChange: () => void;
};

export function editorialRoutes(deps: EditorialDeps): Hono {
  const { pins: stored } = deps.operatorStore;
  const reachOf = createReachReader(deps.operatorStore.samples);
  return (
    new Hono()
      .get("/editorial/pins", requireRole("viewer"), async (c) => {
        const current = await stored.current();
        const pins = current?.value ?? [];
        const withReach = parametersOf(c).get("reach") !== null;
        return c.json({
          ...report(deps, current?.version ?? 0, pins),
          ...(withReach && { reach: await reachOf(pins, deps.nowMs()) }),
        });
      })
      .put("/editorial/pins", requireRole("editor"), async (c) => {
        const pins = await readPins(c, deps.database);
        if (pins instanceof Response) return pins;
        const expectedVersion = readExpectedVersion(c);
        if (typeof expectedVersion === "object") return refuseFor(c, expectedVersion);
        const put = await stored.put({
          value: pins,
          note: noteOf(c),
          by: c.get("operator")?.name,
          nowMs: deps.nowMs(),
          expectedVersion,
          audit: (version, replaced) =>
            auditEntry(c, {
              action: "pins.put",
              subject: `pins ${version}`,
              after: summaryOf(replaced?.value ?? [], pins),
            }),
        });
        if (put.kind === "conflict") return refuse(c, 409, changedSince("the pins", put.current));
        deps.onEditorialChange();
        return c.json(report(deps, put.version, pins));
      })
      // It changes nothing.
      .post("/editorial/pins/check", requireRole("viewer"), async (c) => {
        const pins = await readPins(c, deps.database);
        if (pins instanceof Response) return pins;
        const current = await stored.current();
        return c.json({
          ...report(deps, current?.version ?? 0, pins),
          difference: comparePins(current?.value ?? [], pins),
          reach: await reachOf(pins, deps.nowMs()),
        });
      })
  );
}

/** The body as pins that name what there is, or the refusal. */
export async function readPins(c: Context, database: Database): Promise<readonly Pin[] | Response> {
  const body = await readJson(c, MAX_BODY_BYTES);
  if (body.kind === "refused") return refuseFor(c, body);
  const parsed = pinsSchema.safeParse(body.value);
  const issues = pinIssues(database, body.value, parsed.error);
  return parsed.success && issues.length === 0
    ? parsed.data.pins
    : refuse(c, 400, "the pins are not valid; nothing changed", issues);
}

/** Reports each pin's state and hidden items, so that an editor sees why a pin does not appear. */
export function report(
  { database, contentNowMs }: Pick<EditorialDeps, "database" | "contentNowMs">,
  version: number,
  pins: readonly Pin[],
) {
  const nowMs = contentNowMs();
  const itemOf = (id: string) => itemById(database, id)?.item;
  return {
    version,
    now: new Date(nowMs).toISOString(),
    pins: pins.map((pin) => {
      const hidden = pin.items.filter((id) => {
        const item = itemOf(id);
        return item === undefined || !isAvailable(item, nowMs);
      });
      return { ...pin, state: stateOf(pin, nowMs), ...(hidden.length > 0 && { hiddenItems: hidden }) };
    }),
    conflicts: pinConflicts(pins, itemOf, nowMs),
  };
}

function stateOf(pin: Pin, nowMs: number): "active" | "waiting" | "over" {
  if (pin.from !== undefined && nowMs < Date.parse(pin.from)) return "waiting";
  return pin.until !== undefined && nowMs >= Date.parse(pin.until) ? "over" : "active";
}
