/** Answers `/routing`: shows, pushes and rolls back the operator's routing. */
import { Hono, type Context } from "hono";
import * as z from "zod/mini";
import { whyNotHeld, type OriginCapacity } from "@spillway/shared/admission/capacity.ts";
import {
  clustersOfRules,
  compileRouting,
  type PublishedRouting,
  type Routing,
} from "@spillway/shared/routing/routing.ts";
import { describeTailoring } from "@spillway/shared/routing/tailoring.ts";
import { rulesWithoutCluster } from "@spillway/shared/routing/rule-clusters.ts";
import type { Refusal } from "@spillway/shared/protocol/problem.ts";
import { routingChanges } from "@spillway/shared/routing/routing-changes.ts";
import { toIssues } from "@spillway/shared/protocol/zod-issues.ts";
import { parseRoutingText, withPlaces } from "@spillway/shared/routing/parse-routing.ts";
import { clusterIds } from "@spillway/store/pages/clusters.ts";
import type { Database } from "@spillway/store/database.ts";
import type {
  DocumentVersion,
  RoutingFile as RoutingSource,
  StoredRollout,
} from "@spillway/store/operators/operator-store.ts";
import { readJson, readText } from "./body.ts";
import { percent } from "../rollout/describe-rollout.ts";
import { auditEntry, noteOf, type Change } from "./operators/audited.ts";
import { changedSince, readExpectedVersion } from "./operators/expected-version.ts";
import { requireRole } from "./operators/require-role.ts";
import { beginRollout, readPlan, type Plan, type RolloutDeps } from "./rollout.ts";
import { refuse, refuseFor } from "./reply.ts";

const MAX_BODY_BYTES = 512 * 1024;
const MEDIA_TYPES = ["application/toml", "text/plain", "application/json"];

export const rollbackSchema = z.strictObject({ version: z.optional(z.int().check(z.gte(1))) });

export type RoutingDeps = RolloutDeps & {
  readonly database: Database;
  /** What this origin and those beside it can hold. */
  readonly capacity: () => OriginCapacity;
  /**
   * Applies the routing to the gate at once, and publishes it to KV. The result says whether it was
   * published.
   */
  readonly onRouting: (routing: PublishedRouting) => Promise<{ published: boolean; reason?: string }>;
};

export function routingRoutes(deps: RoutingDeps): Hono {
  const { database } = deps;
  const { routing: stored } = deps.operatorStore;
  return (
    new Hono()
      .get("/routing", requireRole("viewer"), async (c) => {
        const current = await stored.current();
        if (current === undefined) return refuse(c, 404, "no routing has been pushed yet");
        const { source, routing } = current.value;
        return c.json({
          ...describe(current, deps.nowMs()),
          source,
          routing,
          warnings: warningsOf(database, routing),
        });
      })
      .put("/routing", requireRole("operator"), async (c) => {
        const base = await readBase(c, deps);
        if (base.kind === "refused") return refuseFor(c, base);
        const plan = readPlan(c);
        if ("issues" in plan) return refuse(c, 400, "this is no rollout; nothing changed", plan.issues);
        const file = await readHeld(c, deps);
        if (file.kind === "refused") return file.response;
        return plan.plan === undefined
          ? push(c, deps, file, base, { action: "routing.push", note: noteOf(c) })
          : stage(c, deps, file, base, plan.plan);
      })
      // It changes nothing, so that a viewer's token is enough in CI.
      .post("/routing/check", requireRole("viewer"), async (c) => {
        const file = await readHeld(c, deps);
        if (file.kind === "refused") return file.response;
        const { bands, deadline_ms: deadlineMs } = file.routing;
        return c.json({ valid: true, warnings: warningsOf(database, file.routing), bands, deadlineMs });
      })
      .post("/routing/rollback", requireRole("operator"), async (c) => {
        const base = await readBase(c, deps);
        if (base.kind === "refused") return refuseFor(c, base);
        const body =
          c.req.header("content-length") === "0" || c.req.raw.body === null
            ? { kind: "json" as const, value: {} }
            : await readJson(c, 1024);
        if (body.kind === "refused") return refuseFor(c, body);
        const parsed = rollbackSchema.safeParse(body.value);
        if (!parsed.success) return refuse(c, 400, "the rollback is not valid", toIssues(parsed.error));
        const { version } = parsed.data;
        const on = deps.rollouts.published();
        if (version === undefined && on !== undefined) {
          return refuse(c, 409, `rollout ${on.id} is on: abort it, or name the version to go back to`);
        }
        const target = version === undefined ? (await stored.list(2)).at(1) : await stored.byVersion(version);
        if (target === undefined) {
          return refuse(
            c,
            404,
            version === undefined ? "there is no earlier routing" : `there is no version ${version}`,
          );
        }
        const why = noteOf(c);
        const note = `rollback to version ${target.version}${why === undefined ? "" : `: ${why}`}`;
        return push(c, deps, target.value, base, { action: "routing.rollback", note });
      })
  );
}

export type RoutingFile =
  | {
      readonly kind: "file";
      readonly routing: Routing;
      readonly source: string;
      readonly format: "json" | "toml";
    }
  | { readonly kind: "refused"; readonly response: Response };

/** The same, with thresholds that the origin can hold: what it cannot is told now, not found in the night. */
async function readHeld(c: Context, { database, capacity }: RoutingDeps): Promise<RoutingFile> {
  const file = await readFile(c, database);
  if (file.kind === "refused") return file;
  const holds = capacity();
  const issues = file.routing.bands.flatMap(({ threshold_per_s: threshold }, at) => {
    const reason = whyNotHeld(threshold, holds);
    return reason === undefined ? [] : [{ key: `bands[${at}].threshold_per_s`, reason }];
  });
  if (issues.length === 0) return file;
  const placed = withPlaces(issues, file.source, file.format);
  return { kind: "refused", response: refuse(c, 400, `${nameOf(c)} is not valid; nothing changed`, placed) };
}

function nameOf(c: Context): string {
  return c.req.query("file") ?? "routing.toml";
}

/** The body as a routing file whose rules name clusters that there are. */
export async function readFile(c: Context, database: Database): Promise<RoutingFile> {
  const body = await readText(c, MAX_BODY_BYTES, MEDIA_TYPES);
  if (body.kind === "refused") return { kind: "refused", response: refuseFor(c, body) };
  const format = body.mediaType === "application/json" ? "json" : "toml";
  // Before the first cycle there is no index to check against: what cannot be known is a warning.
  const parsed = parseRoutingText(body.text, format, clusterIds(database));
  if (parsed.ok) return { kind: "file", routing: parsed.routing, source: body.text, format };
  const { issues } = parsed;
  return { kind: "refused", response: refuse(c, 400, `${nameOf(c)} is not valid; nothing changed`, issues) };
}

async function push(
  c: Context,
  deps: RoutingDeps,
  { routing, source }: RoutingSource,
  base: Base,
  { action, note }: { readonly action: string; readonly note: string | undefined },
): Promise<Response> {
  const begun = rolloutOn(deps);
  // It began while this push was on its way: who pushes does not know of it.
  if (begun !== undefined && begun.id !== base.rollout) return rolloutConflict(c, deps, begun);
  const share = deps.rollouts.share();
  const nowMs = deps.nowMs();
  const by = c.get("operator")?.name;
  const value = { routing, source };
  const put = await deps.operatorStore.routing.put({
    value,
    note,
    by,
    nowMs,
    expectedVersion: base.version,
    audit: (version, replaced) =>
      auditEntry(c, {
        action,
        subject: `routing ${version}`,
        note,
        ...changeOfRouting(replaced?.value.routing, routing),
      }),
  });
  if (put.kind === "conflict") return conflict(c, deps, base, put.current);
  const { version } = put;
  const { published, reason } = await deps.onRouting({ version, routing });
  return c.json({
    ...describe({ version, value, note, by, writtenMs: nowMs }, nowMs),
    published,
    ...(reason !== undefined && { reason }),
    warnings: [...endedBy(deps, begun, share, version), ...warningsOf(deps.database, routing)],
  });
}

/** Says which rollout a push for everybody has ended. `share`: of the visitors who obeyed it until then. */
function endedBy(
  { rollouts }: RoutingDeps,
  begun: StoredRollout | undefined,
  share: number,
  version: number,
): string[] {
  const latest = rollouts.view()?.rollout;
  if (begun === undefined || latest?.id !== begun.id || latest.end?.how !== "superseded") return [];
  const obeyed = share === 0 ? "nobody obeyed" : `${percent(share)} of the visitors obeyed`;
  return [
    `rollout ${begun.id} has ended by this push: ${obeyed} its version ${begun.versions.candidate}, and everybody obeys version ${version} now`,
  ];
}

/** Begins a rollout in the place of a push. */
async function stage(
  c: Context,
  deps: RoutingDeps,
  { routing, source }: RoutingSource,
  base: Base,
  plan: Plan,
): Promise<Response> {
  const current = await deps.operatorStore.routing.current();
  if (current?.version !== base.version || current === undefined) return conflict(c, deps, base, current);
  const begun = await beginRollout(c, deps, { routing, source }, plan, current);
  if (begun.kind === "begun") return begun.response;
  const on = rolloutOn(deps);
  if (begun.kind === "one-is-on" && on !== undefined) return rolloutConflict(c, deps, on);
  return conflict(c, deps, base, begun.kind === "conflict" ? begun.current : current);
}

/** The version that a change was made from, 0 for none, and the rollout that was on. */
type Base = { readonly kind: "base"; readonly version: number; readonly rollout: string | undefined };

function rolloutOn({ rollouts }: RoutingDeps): StoredRollout | undefined {
  const latest = rollouts.view()?.rollout;
  return latest?.end === undefined ? latest : undefined;
}

/**
 * What the caller expects, or else what is in force when the request arrives: of two pushes at the same time
 * the second is told of the first.
 */
async function readBase(c: Context, deps: RoutingDeps): Promise<Base | Refusal> {
  const expected = readExpectedVersion(c);
  if (typeof expected === "object") return expected;
  const rollout = rolloutOn(deps)?.id;
  const version = expected ?? (await deps.operatorStore.routing.current())?.version ?? 0;
  return { kind: "base", version, rollout };
}

/** Says what the rollout that is in the way changes. */
async function rolloutConflict(
  c: Context,
  { operatorStore }: RoutingDeps,
  { id, versions, candidate, begunMs, by, note }: StoredRollout,
): Promise<Response> {
  const before = await operatorStore.routing.byVersion(versions.current);
  const changes = before === undefined ? [] : routingChanges(before.value.routing, candidate.routing);
  const who = by === undefined ? "" : ` by ${by}`;
  const why = note === undefined ? "" : ` (${note})`;
  const since = new Date(begunMs).toISOString();
  return refuse(
    c,
    409,
    `rollout ${id} is on since ${since}${who}${why}: abort it first; nothing changed`,
    changes,
  );
}

/** Says what has changed since the version that the caller began with. */
async function conflict(
  c: Context,
  { operatorStore }: RoutingDeps,
  base: Base,
  current: DocumentVersion<RoutingSource> | undefined,
): Promise<Response> {
  const before = base.version === 0 ? undefined : await operatorStore.routing.byVersion(base.version);
  const changes =
    before === undefined || current === undefined
      ? []
      : routingChanges(before.value.routing, current.value.routing);
  return refuse(c, 409, changedSince("bands and rules", current), changes);
}

/** The parts of the routing that are other ones now, before and after. */
function changeOfRouting(before: Routing | undefined, after: Routing): Pick<Change, "before" | "after"> {
  const [old, now] = [new Map(Object.entries(before ?? {})), new Map(Object.entries(after))];
  const differs = (key: string): boolean => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key));
  const part = (of: ReadonlyMap<string, unknown>) =>
    Object.fromEntries([...of].filter(([key]) => differs(key)));
  return { ...(before !== undefined && { before: part(old) }), after: part(now) };
}

function describe({ version, value, note, by, writtenMs }: DocumentVersion<RoutingSource>, nowMs: number) {
  const { bandAt, tailoring } = compileRouting({ version, routing: value.routing });
  const band = bandAt(nowMs);
  return {
    version,
    pushedAt: new Date(writtenMs).toISOString(),
    ...(note !== undefined && { note }),
    ...(by !== undefined && { by }),
    mode: value.routing.mode,
    band: band.name,
    thresholdPerSec: band.threshold_per_s,
    tailoring: describeTailoring(tailoring),
  };
}

/** Warns of rules whose cluster is not in the index: it has gone, or they allow for that. */
function warningsOf(database: Database, routing: Routing): string[] {
  const known = new Set(clusterIds(database));
  return rulesWithoutCluster(clustersOfRules(routing), (id) => known.has(id)).map(
    ({ key, reason }) => `${key}: ${reason}`,
  );
}
