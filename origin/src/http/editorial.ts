/** Answers `GET` and `PUT /editorial/pins`: which items editors pin, for whom, from when until when. */
import { Hono } from "hono";
import { pinsSchema, type Pin } from "@spillway/shared/protocol/editorial.ts";
import { toIssues, type Issue } from "@spillway/shared/protocol/zod-issues.ts";
import { isAvailable } from "@spillway/model/pages/availability.ts";
import { PAGE_CONTEXTS } from "@spillway/shared/protocol/wire.ts";
import type { Database } from "@spillway/store/database.ts";
import { itemById } from "@spillway/store/catalogue/items.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { readJson } from "./body.ts";
import { auditEntry, noteOf, type Change } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { changedSince, readExpectedVersion } from "./operators/expected-version.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 1024 * 1024;

export type EditorialDeps = {
  readonly database: Database;
  readonly operatorStore: Pick<OperatorStore, "pins">;
  readonly nowMs: () => number;
  /** The content's clock, to which `from` and `until` of pins refer. */
  readonly contentNowMs: () => number;
  readonly onEditorialChange: () => void;
};

export function editorialRoutes(deps: EditorialDeps): Hono {
  const { database } = deps;
  const { pins: stored } = deps.operatorStore;
  return new Hono()
    .get("/editorial/pins", requireRole("viewer"), async (c) => {
      const current = await stored.current();
      return c.json(report(database, current?.version ?? 0, current?.value ?? [], deps.contentNowMs()));
    })
    .put("/editorial/pins", requireRole("editor"), async (c) => {
      const body = await readJson(c, MAX_BODY_BYTES);
      if (body.kind === "refused") return refuseFor(c, body);
      const parsed = pinsSchema.safeParse(body.value);
      const issues = parsed.success ? unknownNames(database, parsed.data.pins) : toIssues(parsed.error);
      if (!parsed.success || issues.length > 0)
        return refuse(c, 400, "the pins are not valid; nothing changed", issues);
      const { pins } = parsed.data;
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
            ...changeOfPins(replaced?.value ?? [], pins),
          }),
      });
      if (put.kind === "conflict") return refuse(c, 409, changedSince("the pins", put.current));
      deps.onEditorialChange();
      return c.json(report(database, put.version, pins, deps.contentNowMs()));
    });
}

/** The pins that are other ones now, before and after. */
function changeOfPins(before: readonly Pin[], after: readonly Pin[]): Pick<Change, "before" | "after"> {
  const [known, now] = [before, after].map((pins) => new Set(pins.map((pin) => JSON.stringify(pin))));
  return {
    before: before.filter((pin) => now?.has(JSON.stringify(pin)) !== true),
    after: after.filter((pin) => known?.has(JSON.stringify(pin)) !== true),
  };
}

function unknownNames(database: Database, pins: readonly Pin[]): Issue[] {
  return pins.flatMap((pin, at) => [
    ...pin.contexts.flatMap((context, position) =>
      PAGE_CONTEXTS.some((known) => known === context)
        ? []
        : [{ key: `pins[${at}].contexts[${position}]`, reason: `must be of ${PAGE_CONTEXTS.join(", ")}` }],
    ),
    ...pin.items.flatMap((id, position) =>
      itemById(database, id) === undefined
        ? [
            {
              key: `pins[${at}].items[${position}]`,
              reason: `no item ${JSON.stringify(id)} in the catalogue`,
            },
          ]
        : [],
    ),
  ]);
}

/** Reports each pin's state and hidden items, so that an editor sees why a pin does not appear. */
function report(database: Database, version: number, pins: readonly Pin[], nowMs: number) {
  return {
    version,
    now: new Date(nowMs).toISOString(),
    pins: pins.map((pin) => {
      const hidden = pin.items.filter((id) => {
        const entry = itemById(database, id);
        return entry === undefined || !isAvailable(entry.item, nowMs);
      });
      return { ...pin, state: stateOf(pin, nowMs), ...(hidden.length > 0 && { hiddenItems: hidden }) };
    }),
  };
}

function stateOf(pin: Pin, nowMs: number): "active" | "waiting" | "over" {
  if (pin.from !== undefined && nowMs < Date.parse(pin.from)) return "waiting";
  return pin.until !== undefined && nowMs >= Date.parse(pin.until) ? "over" : "active";
}
