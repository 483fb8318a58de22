/** A rollout in words and figures, for operators. Pure. */
import { counted } from "@spillway/shared/protocol/counted.ts";
import type { GuardStatus, RolloutStatus } from "@spillway/shared/protocol/rollout-status.ts";
import { formatGuard, P99_SHARE } from "@spillway/shared/routing/rollout/guards.ts";
import type { Judged } from "@spillway/shared/routing/rollout/judge-guards.ts";
import { shareAt } from "@spillway/shared/routing/rollout/rollout.ts";
import { stageAt, type Wait } from "@spillway/shared/routing/rollout/stage-machine.ts";
import type { StoredRollout } from "@spillway/store/operators/operator-store.ts";
import type { VersionCount } from "./isolate-versions.ts";

export type RolloutView = {
  readonly rollout: StoredRollout;
  /** Undefined for one that has ended, and for a moment after it has begun. */
  readonly wait: Wait | undefined;
  readonly judged: readonly Judged[];
};

export function describeRollout(
  { rollout, wait, judged }: RolloutView,
  isolates: readonly VersionCount[],
  changesAtTheEnd: readonly string[],
  nowMs: number,
): RolloutStatus {
  const { id, versions, stages, shares, begunMs, everyMs, by, note, end } = rollout;
  const state = end?.how ?? (stageAt(rollout, nowMs) === undefined ? "announced" : "on");
  const share = end === undefined ? shareAt(stages, nowMs) : end.how === "completed" ? 1 : 0;
  const waiting = wait === undefined ? null : describeWait(wait);
  return {
    id,
    state,
    sentence: sentenceOf(rollout, share, waiting?.text, nowMs),
    currentVersion: versions.current,
    candidateVersion: versions.candidate,
    ...(by !== undefined && { by }),
    ...(note !== undefined && { note }),
    begunAt: iso(begunMs),
    everyMs,
    share,
    stages: shares.map((planned, at) => describeStage(rollout, planned, at, nowMs)),
    waiting,
    guards: judged.map(describeGuard),
    changesAtTheEnd: [...changesAtTheEnd],
    isolates: isolates.map(({ version = null, candidate = null, ...rest }) => ({
      version,
      candidate,
      ...rest,
    })),
    ...(end !== undefined && { end: { how: end.how, at: iso(end.atMs), reason: end.reason } }),
  };
}

function sentenceOf(
  { id, versions, stages, end }: StoredRollout,
  share: number,
  waiting: string | undefined,
  nowMs: number,
): string {
  const what = `Rollout ${id} of version ${versions.candidate}`;
  if (end !== undefined) {
    const obeyed = end.how === "completed" ? versions.candidate : versions.current;
    const then = end.how === "superseded" ? "" : `; everybody obeys version ${obeyed}`;
    return `${what} was ${end.how} at ${time(end.atMs)}: ${end.reason}${then}.`;
  }
  const next = stages.at(-1);
  if (share === 0 && next !== undefined) {
    return `${what} is announced: ${percent(next.share)} of the visitors from ${time(next.holdsFromMs)} on.`;
  }
  const announced =
    next !== undefined && next.holdsFromMs > nowMs
      ? `; ${percent(next.share)} from ${time(next.holdsFromMs)} on`
      : waiting === undefined
        ? ""
        : `; ${waiting}`;
  return `${what} is on: ${percent(share)} of the visitors obey it, the others version ${versions.current}${announced}.`;
}

function describeStage(
  { stages, end }: StoredRollout,
  share: number,
  at: number,
  nowMs: number,
): RolloutStatus["stages"][number] {
  const stage = stages[at];
  if (stage === undefined) return { share, holdsFrom: null, state: "planned" };
  // It was announced when the rollout ended, and never held.
  if (end !== undefined && end.atMs < stage.holdsFromMs) return { share, holdsFrom: null, state: "planned" };
  const holdsFrom = iso(stage.holdsFromMs);
  if (stage.holdsFromMs > nowMs) return { share, holdsFrom, state: "announced" };
  const next = stages[at + 1];
  const isOn = end === undefined && (next === undefined || next.holdsFromMs > nowMs);
  return { share, holdsFrom, state: isOn ? "on" : "past" };
}

function describeWait(wait: Wait): NonNullable<RolloutStatus["waiting"]> {
  const { why } = wait;
  switch (why) {
    case "not-yet-held":
      return { why, text: `the stage holds from ${time(wait.untilMs)} on`, until: iso(wait.untilMs) };
    case "holding":
      return { why, text: `the next stage is decided on at ${time(wait.untilMs)}`, until: iso(wait.untilMs) };
    case "over-threshold":
      return { why, text: "it waits until demand has been under the threshold for a minute", until: null };
    case "forced":
      return { why, text: "it waits while mode is force-cluster", until: null };
    case "no-traffic":
      return { why, text: "it waits for traffic in both arms", until: null };
    case "undecided": {
      const guards = wait.guards.map(({ name }) => `"${name}"`).join(", ");
      return { why, text: `it waits for more evidence about ${guards}`, until: null };
    }
  }
}

function describeGuard({ guard, state, estimate, figures, users }: Judged): GuardStatus {
  return {
    guard: formatGuard(guard),
    state,
    text: evidenceText({ guard, state, estimate, figures, users }),
    current: figures.current ?? null,
    candidate: figures.candidate ?? null,
    value: estimate?.value ?? null,
    from: estimate?.from ?? null,
    to: estimate?.to ?? null,
    limit: guard.name === "p99" ? P99_SHARE : guard.limit,
    users,
  };
}

/** Why a rollout was aborted. */
export function breachText(judged: Judged): string {
  return `the guard "${formatGuard(judged.guard)}" is breached: ${evidenceText(judged)}`;
}

function evidenceText({ guard, estimate, figures: { current, candidate }, users }: Judged): string {
  const seen = `${users.candidate} and ${counted(users.current, "user")}`;
  if (candidate === undefined || (current === undefined && guard.name !== "served worse than before")) {
    return "nothing was seen of both arms yet";
  }
  const interval = (as: (share: number) => string): string =>
    estimate === undefined ? "too few to say" : `${as(estimate.from)} to ${as(estimate.to)}`;
  switch (guard.name) {
    case "served worse than before":
      return `${percent(candidate)} served worse (${interval(percent)}; ${seen})`;
    case "plays per impression":
      return `${percent(candidate)} with the candidate, ${percent(current ?? 0)} with the current version: ${
        estimate === undefined ? "" : `${percent(estimate.value)} of it, `
      }${interval(percent)} (${seen})`;
    case "p99":
      return `${percent(candidate)} slower than ${guard.limit} ms with the candidate, ${percent(current ?? 0)} with the current version: ${interval(points)} (${seen})`;
    case "generic share":
    case "origin errors":
      return `${percent(candidate)} with the candidate, ${percent(current ?? 0)} with the current version: ${interval(points)} (${seen})`;
  }
}

export function percent(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** A difference of shares, as `+4.2 points`. */
function points(difference: number): string {
  const rounded = Number((100 * difference).toFixed(1));
  return `${rounded > 0 ? "+" : ""}${rounded} points`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function time(ms: number): string {
  return `${iso(ms).slice(11, 16)} UTC`;
}
