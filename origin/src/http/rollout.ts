/** Answers `/routing/rollout`, and begins a rollout for a push by stages. */
import { Hono, type Context } from "hono";
import { DEFAULT_GUARDS, parseGuard, type Guard } from "@spillway/shared/routing/rollout/guards.ts";
import { MAX_STAGES } from "@spillway/shared/routing/rollout/rollout.ts";
import { stagedChanges } from "@spillway/shared/routing/routing-changes.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type {
  DocumentVersion,
  OperatorStore,
  RoutingFile,
  StoredRollout,
} from "@spillway/store/operators/operator-store.ts";
import { readRollout } from "../rollout/read-rollout.ts";
import type { IsolateVersions } from "../rollout/isolate-versions.ts";
import type { RolloutAnswer, Rollouts } from "../rollout/rollouts.ts";
import { auditEntry, noteOf } from "./operators/audited.ts";
import { requireRole } from "./operators/require-role.ts";
import { parametersOf } from "./parameters.ts";
import { refuse } from "./reply.ts";

export type RolloutDeps = {
  readonly rollouts: Rollouts;
  readonly isolateVersions: Pick<IsolateVersions, "counts">;
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly nowMs: () => number;
};

export function rolloutRoutes(deps: RolloutDeps): Hono {
  const { rollouts } = deps;
  return new Hono()
    .get("/routing/rollout", requireRole("viewer"), (c) => status(c, deps))
    .post("/routing/rollout/abort", requireRole("operator"), async (c) => {
      const name = c.get("operator")?.name ?? "";
      const note = noteOf(c);
      const reason = `by ${name}${note === undefined ? "" : `: ${note}`}`;
      return answer(c, deps, await rollouts.abort(reason, (on) => entryOf(c, "rollout.abort", on)));
    })
    .post("/routing/rollout/promote", requireRole("operator"), async (c) =>
      answer(c, deps, await rollouts.promote((on) => entryOf(c, "rollout.promote", on))),
    );
}

export type Plan = {
  readonly shares: readonly number[];
  readonly everyMs: number;
  readonly guards: readonly Guard[];
};

/** What a push says of stages: undefined for one that is for everybody at once. */
export function readPlan(
  c: Context,
): { readonly plan: Plan | undefined } | { readonly issues: readonly Issue[] } {
  const parameters = parametersOf(c);
  const stages = parameters.get("stages");
  const [every, guards] = [parameters.get("every"), c.req.queries("guard") ?? []];
  if (stages === null) {
    const without = [every === null ? [] : "every", guards.length === 0 ? [] : "guard"].flat();
    if (without.length === 0) return { plan: undefined };
    return { issues: without.map((key) => ({ key, reason: "is for a push with stages" })) };
  }
  const [shares, everyMs, read] = [readShares(stages), readEvery(every ?? "10m"), readGuards(guards)];
  const issues = [shares, everyMs, read].flatMap((one) => ("issues" in one ? one.issues : []));
  if ("issues" in shares || "issues" in everyMs || "issues" in read) return { issues };
  return { plan: { shares: shares.value, everyMs: everyMs.value, guards: read.value } };
}

type Read<Value> = { readonly value: Value } | { readonly issues: readonly Issue[] };

const STAGES_FORM = "must be percentages that grow and end with 100, such as 1,5,25,100";

function readShares(text: string): Read<readonly number[]> {
  const percentages = text.split(",").map((part) => part.trim().replace(/\s*%$/, ""));
  const shares = percentages.map((part) =>
    /^\d{1,3}(\.\d{1,3})?$/.test(part) ? Number(part) / 100 : Number.NaN,
  );
  const isPlan =
    shares.length <= MAX_STAGES &&
    shares.at(-1) === 1 &&
    shares.every((share, at) => share > (shares[at - 1] ?? 0));
  return isPlan ? { value: shares } : { issues: [{ key: "stages", reason: STAGES_FORM }] };
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const LEAST_EVERY_MS = 2 * 60_000;
const MOST_EVERY_MS = 7 * 24 * 3_600_000;

function readEvery(text: string): Read<number> {
  const [, number, unit = ""] = /^(\d{1,6})(s|m|h)$/.exec(text) ?? [];
  const everyMs = Number(number) * (UNIT_MS[unit] ?? Number.NaN);
  return everyMs >= LEAST_EVERY_MS && everyMs <= MOST_EVERY_MS
    ? { value: everyMs }
    : { issues: [{ key: "every", reason: "must be a time from 2m to 168h, such as 10m" }] };
}

function readGuards(texts: readonly string[]): Read<readonly Guard[]> {
  if (texts.length === 0) return { value: DEFAULT_GUARDS };
  const read = texts.map(parseGuard);
  const issues = read.flatMap((one) => (one.ok ? [] : [{ key: "guard", reason: one.reason }]));
  const guards = read.flatMap((one) => (one.ok ? [one.guard] : []));
  const names = guards.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) issues.push({ key: "guard", reason: `"${twice}" is named twice` });
  return issues.length === 0 ? { value: guards } : { issues };
}

export type BegunRollout =
  | { readonly kind: "begun"; readonly response: Response }
  /** Another one has begun in between. */
  | { readonly kind: "one-is-on" }
  | { readonly kind: "conflict"; readonly current: DocumentVersion<RoutingFile> | undefined };

/** `current` is the version in force that the candidate is to replace. */
export async function beginRollout(
  c: Context,
  deps: RolloutDeps,
  candidate: RoutingFile,
  plan: Plan,
  current: DocumentVersion<RoutingFile>,
): Promise<BegunRollout> {
  const { staged, atTheEnd } = stagedChanges(current.value.routing, candidate.routing);
  if (staged.length === 0) {
    const what = atTheEnd.length === 0 ? "nothing" : `${atTheEnd.join(", ")}, which no stage changes`;
    const reason = `stages change rules and deadline_ms, and this file changes ${what}: push it without stages`;
    return {
      kind: "begun",
      response: refuse(c, 400, "there is nothing to stage", [{ key: "stages", reason }]),
    };
  }
  const { routing, source } = candidate;
  const begun = await deps.rollouts.begin({
    ...plan,
    candidate: { routing, source },
    note: noteOf(c),
    by: c.get("operator")?.name,
    expectedVersion: current.version,
    audit: (rollout) => entryOf(c, "rollout.begin", rollout),
  });
  if (begun.kind === "conflict") return begun;
  if (begun.kind === "refused") return { kind: "one-is-on" };
  return { kind: "begun", response: await answer(c, deps, begun) };
}

function entryOf(c: Context, action: string, { id, versions, stages, shares }: StoredRollout) {
  const change =
    action === "rollout.begin"
      ? { after: { ...versions, shares } }
      : { before: { share: stages.at(-1)?.share ?? 0, ...versions } };
  return auditEntry(c, { action, subject: `rollout ${id}`, ...change });
}

async function answer(c: Context, deps: RolloutDeps, given: RolloutAnswer): Promise<Response> {
  return given.kind === "refused" ? refuse(c, 409, `${given.reason}; nothing changed`) : status(c, deps);
}

async function status(c: Context, deps: RolloutDeps): Promise<Response> {
  return c.json({ rollout: (await readRollout(deps)) ?? null });
}
