/**
 * A rollout in virtual time: what a fleet has served, a report later, goes through the evidence, the guards
 * and the stage machine that ship. The candidate's rules are the current ones, or everybody gets the generic
 * page.
 */
import type { ServedAs, ServedReason } from "@spillway/shared/protocol/served.ts";
import { Evidence } from "@spillway/shared/routing/rollout/evidence.ts";
import { DEFAULT_GUARDS } from "@spillway/shared/routing/rollout/guards.ts";
import { judge } from "@spillway/shared/routing/rollout/judge-guards.ts";
import { armOf, shareAt } from "@spillway/shared/routing/rollout/rollout.ts";
import {
  announcedFrom,
  nextStep,
  type Lead,
  stageAt,
  type Rollout,
} from "@spillway/shared/routing/rollout/stage-machine.ts";

export type ServedRequest = {
  readonly atMs: number;
  readonly user: string;
  readonly as: ServedAs;
  readonly reason: ServedReason;
};

export type RolloutPlan = {
  readonly id: string;
  readonly shares: readonly number[];
  readonly everyMs: number;
  readonly begunMs: number;
  /** Everybody of the candidate's arm gets the generic page. */
  readonly isBad: boolean;
  readonly isOver: (atMs: number) => boolean;
};

export type RolloutRun = {
  readonly rollout: Rollout;
  /** When each stage but the first was announced. */
  readonly promotedMs: readonly number[];
  readonly abortedMs: number | undefined;
};

const LEAD: Lead = { leadMs: 95_000, stepMs: 60_000 };
/** The log's flush and its queue, at their longest. */
const REPORT_MS = 16_000;
const VERSIONS = { current: 1, candidate: 2 };

/** `served` in the order of its times. */
export function simulateRollout(
  served: readonly ServedRequest[],
  plan: RolloutPlan,
  untilMs: number,
): RolloutRun {
  const { id, shares, everyMs, begunMs, isBad, isOver } = plan;
  const [share = 1] = shares;
  let rollout: Rollout = {
    id,
    versions: VERSIONS,
    shares,
    everyMs,
    guards: DEFAULT_GUARDS,
    stages: [{ share, holdsFromMs: announcedFrom(begunMs, LEAD) }],
    begunMs,
  };
  const promotedMs: number[] = [];
  let evidence: Evidence | undefined;
  let evidenceFromMs = 0;
  let calmSinceMs: number | undefined = begunMs;
  let next = 0;
  for (let nowMs = begunMs; nowMs <= untilMs; nowMs += 1000) {
    calmSinceMs = isOver(nowMs) ? undefined : (calmSinceMs ?? nowMs);
    const stage = stageAt(rollout, nowMs);
    if (stage !== undefined && stage.holdsFromMs !== evidenceFromMs) {
      evidence = new Evidence({ fromMs: stage.holdsFromMs, versions: VERSIONS });
      evidenceFromMs = stage.holdsFromMs;
    }
    for (let one = served[next]; one !== undefined && one.atMs + REPORT_MS <= nowMs; one = served[next]) {
      next += 1;
      const arm = armOf(id, one.user, shareAt(rollout.stages, one.atMs));
      const isGeneric = isBad && arm === "candidate";
      evidence?.addRecords([
        {
          user: one.user,
          minute: Math.floor(one.atMs / 60_000),
          as: isGeneric ? "generic" : one.as,
          reason: isGeneric ? "rule" : one.reason,
          calls: 1,
          slow: 0,
          version: VERSIONS[arm],
        },
      ]);
    }
    const gathered = evidence;
    const step = nextStep(rollout, {
      nowMs,
      lead: LEAD,
      calmSinceMs,
      isForced: false,
      latestMs: {
        current: gathered?.latestMs("current") ?? 0,
        candidate: gathered?.latestMs("candidate") ?? 0,
      },
      judged: gathered === undefined ? [] : rollout.guards.map((guard) => judge(guard, gathered)),
    });
    if (step.kind === "abort") return { rollout, promotedMs, abortedMs: nowMs };
    if (step.kind === "complete") break;
    if (step.kind === "announce") {
      rollout = { ...rollout, stages: [...rollout.stages, step.stage] };
      promotedMs.push(nowMs);
    }
  }
  return { rollout, promotedMs, abortedMs: undefined };
}
