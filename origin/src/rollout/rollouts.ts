/**
 * Carries a rollout through its stages: announces them, gathers what the arms show, aborts when a guard is
 * breached, and puts the candidate into force when everybody obeys it. It goes on after a restart.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { StoredEvent } from "@spillway/shared/protocol/events.ts";
import type { ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import { Evidence } from "@spillway/shared/routing/rollout/evidence.ts";
import type { Guard } from "@spillway/shared/routing/rollout/guards.ts";
import { judge, type Judged } from "@spillway/shared/routing/rollout/judge-guards.ts";
import { armOf, shareAt, type PublishedRollout } from "@spillway/shared/routing/rollout/rollout.ts";
import {
  announcedFrom,
  announcing,
  nextStep,
  stageAt,
  countedFrom,
  type Lead,
  type Rollout,
  type Wait,
} from "@spillway/shared/routing/rollout/stage-machine.ts";
import type { Mode } from "@spillway/shared/routing/mode-override.ts";
import type { UserHash } from "@spillway/shared/protocol/user-hash.ts";
import type { PublishedRouting } from "@spillway/shared/routing/routing.ts";
import type { NewAuditEntry } from "@spillway/store/operators/audit-log.ts";
import type { NewRollout, OperatorStore, StoredRollout } from "@spillway/store/operators/operator-store.ts";
import type { Log } from "../monitoring/log.ts";
import { breachText, percent, type RolloutView } from "./describe-rollout.ts";
import { KeptEvidence } from "./kept-evidence.ts";

export type RolloutsDeps = {
  readonly store: Pick<OperatorStore, "rollouts" | "routing">;
  readonly nowMs: () => number;
  readonly hashUser: (user: string) => UserHash;
  /** How far ahead a stage is announced at least. */
  readonly leadMs: number;
  /** A stage holds from a multiple of it. */
  readonly stepMs: number;
  /** Whether demand is over the threshold now, and the mode in force. */
  readonly load: () => { readonly isOver: boolean; readonly mode: Mode };
  /** Writes the routing in force to KV, with what `published` says. */
  readonly publish: () => Promise<{ readonly published: boolean }>;
  /** The rollout that KV holds; undefined where it holds none. It rejects while KV is away. */
  readonly held: () => Promise<PublishedRollout | undefined>;
  /** Applies a completed candidate, and publishes it. */
  readonly apply: (routing: PublishedRouting) => Promise<unknown>;
  readonly onEnd: (how: NonNullable<Rollout["end"]>["how"]) => void;
  readonly log: Pick<Log, "info" | "warn" | "error">;
};

/** What somebody who asks to change a rollout is told. */
export type RolloutAnswer =
  | { readonly kind: "done"; readonly rollout: StoredRollout }
  | { readonly kind: "refused"; readonly reason: string };

/** A document may take this long to be written, within the time that a stage is announced ahead. */
const PUBLISH_MS = 5000;
/** An end is stored before anybody is told, so that a restart can't take it back; but not longer than this. */
const STORE_END_WITHIN_MS = 1000;
/**
 * So long an abort is told to whoever asks the origin: KV is away for a shorter time, or there is no edge.
 */
const TELL_ABORT_MS = 24 * 3_600_000;

export class Rollouts {
  readonly #deps: RolloutsDeps;
  #latest: StoredRollout | undefined;
  #evidence: Evidence | undefined;
  #evidenceFromMs = 0;
  readonly #kept: KeptEvidence;
  #calmSinceMs: number | undefined;
  #wait: Wait | undefined;
  /** An end that is not stored yet. */
  #unstored: { readonly rollout: StoredRollout; readonly entry: NewAuditEntry | undefined } | undefined;
  #storing: Promise<void> | undefined;
  /** Changes are made one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(deps: RolloutsDeps) {
    this.#deps = deps;
    this.#calmSinceMs = deps.nowMs();
    this.#kept = new KeptEvidence(deps);
  }

  /** Goes on with what is stored. It is called once, before anything is published. */
  async resume(currentVersion: number): Promise<void> {
    this.#latest = await this.#deps.store.rollouts.latest();
    const on = this.#on();
    if (on === undefined) return;
    if (on.versions.current !== currentVersion) return this.superseded(currentVersion);
    await this.#kept.read(on.id);
    await this.#confirmHeld(on);
  }

  /** Stores what would be lost with the process. Never rejects. */
  async keep(): Promise<void> {
    const on = this.#on();
    if (on !== undefined && this.#evidence !== undefined) await this.#kept.write(on.id, this.#evidence);
  }

  /** For the routing document; undefined while none is on. */
  published(): PublishedRollout | undefined {
    const on = this.#on();
    if (on === undefined) return undefined;
    const { id, versions, candidate, stages, guards } = on;
    const slowMs = guards.find(({ name }) => name === "p99")?.limit;
    return {
      id,
      candidate: { version: versions.candidate, routing: candidate.routing },
      stages,
      ...(slowMs !== undefined && { slowMs }),
    };
  }

  /** The rollout that edges have to give up, as KV may not say yet. */
  abortedId(): string | undefined {
    const end = this.#latest?.end;
    if (end === undefined || end.how === "completed") return undefined;
    return this.#deps.nowMs() - end.atMs < TELL_ABORT_MS ? this.#latest?.id : undefined;
  }

  /** The share of visitors that obey a candidate now. */
  share(): number {
    return shareAt(this.#on()?.stages ?? [], this.#deps.nowMs());
  }

  view(): RolloutView | undefined {
    const rollout = this.#latest;
    if (rollout === undefined) return undefined;
    return {
      rollout,
      wait: rollout.end === undefined ? this.#wait : undefined,
      judged: this.#judged(rollout),
    };
  }

  begin(
    next: Omit<NewRollout, "stages" | "begunMs">,
  ): Promise<
    RolloutAnswer | Extract<Awaited<ReturnType<OperatorStore["rollouts"]["begin"]>>, { kind: "conflict" }>
  > {
    return this.#alone(async () => {
      const on = this.#on();
      if (on !== undefined) return refused(`rollout ${on.id} is on: abort it first`);
      const nowMs = this.#deps.nowMs();
      const [share = 1] = next.shares;
      const stages = [{ share, holdsFromMs: announcedFrom(nowMs, this.#lead) }];
      const begun = await this.#deps.store.rollouts.begin({ ...next, stages, begunMs: nowMs });
      if (begun.kind === "conflict") return begun;
      this.#latest = begun.rollout;
      this.#evidence = undefined;
      this.#wait = undefined;
      await this.#confirm();
      return { kind: "done", rollout: this.#latest };
    });
  }

  /** `entryOf` makes the entry of the audit log. */
  abort(reason: string, entryOf: (rollout: StoredRollout) => NewAuditEntry): Promise<RolloutAnswer> {
    return this.#alone(async () => {
      const on = this.#on();
      if (on === undefined) return refused("no rollout is on");
      return { kind: "done", rollout: await this.#end(on, "aborted", reason, entryOf(on)) };
    });
  }

  /** Announces the next stage without waiting for time and guards. */
  promote(entryOf: (rollout: StoredRollout) => NewAuditEntry): Promise<RolloutAnswer> {
    return this.#alone(async () => {
      const on = this.#on();
      if (on === undefined) return refused("no rollout is on");
      const nowMs = this.#deps.nowMs();
      const announced = on.stages.at(-1);
      if (announced !== undefined && announced.holdsFromMs > nowMs) {
        return refused(`the stage of ${percent(announced.share)} is announced, and does not hold yet`);
      }
      const breached = this.#judged(on).find(({ state }) => state === "breached");
      if (breached !== undefined) return refused(`the guard "${breached.guard.name}" is breached`);
      if (on.stages.length >= on.shares.length) return refused("this is the last stage");
      await this.#announce(on, nowMs, entryOf(on));
      return { kind: "done", rollout: this.#latest ?? on };
    });
  }

  /** Another routing is in force for everybody. */
  superseded(version: number): Promise<void> {
    return this.#alone(async () => {
      const on = this.#on();
      if (on === undefined) return;
      const reason = `routing ${version} was pushed for everybody`;
      await this.#end(on, "superseded", reason, ownEntry(this.#deps.nowMs(), "rollout.end", on, reason));
    });
  }

  /** What isolates have served, as their reports arrive. */
  served(records: ServingReport["records"]): void {
    this.#evidenceOf()?.addRecords(records);
  }

  /** What users have done, as it is stored. */
  did(events: readonly Pick<StoredEvent, "user" | "type">[]): void {
    const on = this.#on();
    const evidence = this.#evidenceOf();
    if (on === undefined || evidence === undefined) return;
    const share = this.share();
    for (const { user, type } of events) {
      evidence.addEvents(armOf(on.id, user, share), this.#deps.hashUser(user), [type]);
    }
  }

  /** To be called once a second. Never rejects. */
  tick(): Promise<void> {
    return this.#alone(async () => {
      try {
        await this.#advance();
      } catch (error) {
        this.#deps.log.error("the rollout can't go on", { error: reasonOf(error) });
      }
      if (this.#kept.isDue(this.#deps.nowMs())) void this.keep();
    });
  }

  async #advance(): Promise<void> {
    const { nowMs: clock, leadMs, load, store, apply, log } = this.#deps;
    const nowMs = clock();
    const { isOver, mode } = load();
    this.#calmSinceMs = isOver ? undefined : (this.#calmSinceMs ?? nowMs);
    await this.#storeEnd();
    const on = this.#on();
    if (on === undefined) return;
    await this.#confirm();
    const rollout = this.#on() ?? on;
    const evidence = this.#evidenceOf();
    const step = nextStep(rollout, {
      nowMs,
      lead: this.#lead,
      calmSinceMs: this.#calmSinceMs,
      isForced: mode === "force-cluster",
      latestMs: {
        current: evidence?.latestMs("current") ?? 0,
        candidate: evidence?.latestMs("candidate") ?? 0,
      },
      judged: this.#judged(rollout),
    });
    this.#wait = step.kind === "wait" ? step.wait : undefined;
    switch (step.kind) {
      case "wait":
        return;
      case "announce":
        log.info("a rollout goes on", { rollout: rollout.id, share: step.stage.share, leadMs });
        await this.#announce(rollout, nowMs, ownEntry(nowMs, "rollout.stage", rollout, "every guard holds"));
        return;
      case "abort": {
        const reason = breachText(step.breached);
        log.warn("a rollout is aborted", { rollout: rollout.id, reason });
        await this.#end(rollout, "aborted", reason, ownEntry(nowMs, "rollout.abort", rollout, reason));
        return;
      }
      case "complete": {
        const done = ended(rollout, "completed", nowMs, "everybody obeys the candidate");
        const entry = ownEntry(
          nowMs,
          "rollout.complete",
          rollout,
          `routing ${rollout.versions.candidate} is in force`,
        );
        if (!(await store.rollouts.complete(done, nowMs, entry))) {
          await this.#end(rollout, "superseded", "a newer routing is in force", undefined);
          return;
        }
        this.#latest = done;
        this.#deps.onEnd("completed");
        log.info("a rollout is complete", { rollout: rollout.id, version: rollout.versions.candidate });
        await apply({ version: rollout.versions.candidate, routing: rollout.candidate.routing });
      }
    }
  }

  /** Announced ahead of what a document may take to be written. */
  get #lead(): Lead {
    return { leadMs: this.#deps.leadMs + PUBLISH_MS, stepMs: this.#deps.stepMs };
  }

  #on(): StoredRollout | undefined {
    return this.#latest?.end === undefined ? this.#latest : undefined;
  }

  #judged({ guards }: { readonly guards: readonly Guard[] }): readonly Judged[] {
    const evidence = this.#evidence;
    return evidence === undefined ? [] : guards.map((guard) => judge(guard, evidence));
  }

  /** Each stage is judged by itself, since the arms' shares are the same for as long as it holds. */
  #evidenceOf(): Evidence | undefined {
    const on = this.#on();
    const stage = on && stageAt(on, this.#deps.nowMs());
    if (on === undefined || stage === undefined) return undefined;
    const fromMs = countedFrom(stage);
    if (this.#evidence === undefined || this.#evidenceFromMs !== fromMs) {
      this.#evidence = new Evidence({
        fromMs,
        versions: on.versions,
        stored: this.#kept.last,
      });
      this.#evidenceFromMs = fromMs;
    }
    return this.#evidence;
  }

  async #announce(rollout: StoredRollout, nowMs: number, entry: NewAuditEntry): Promise<void> {
    const step = announcing(rollout, nowMs, this.#lead);
    if (step.kind !== "announce") return;
    await this.#store({ ...rollout, stages: [...rollout.stages, step.stage] }, entry);
    await this.#confirm();
  }

  /**
   * Sees to it that KV holds the announced stage early enough. Where it does not, as while KV is away, no
   * isolate knows of the stage: it is announced for a later time.
   */
  async #confirm(): Promise<void> {
    const on = this.#on();
    const stage = on?.stages.at(-1);
    if (on === undefined || stage === undefined || on.confirmed >= on.stages.length) return;
    const { published } = await this.#deps.publish();
    const nowMs = this.#deps.nowMs();
    const isInTime = stage.holdsFromMs - nowMs >= this.#deps.leadMs;
    if (isInTime) {
      if (published) await this.#store({ ...on, confirmed: on.stages.length }, undefined);
      return;
    }
    const later = { share: stage.share, holdsFromMs: announcedFrom(nowMs, this.#lead) };
    await this.#store({ ...on, stages: [...on.stages.slice(0, -1), later] }, undefined);
    await this.#deps.publish();
  }

  /**
   * The process before this one may have ended after KV had taken the stage, and before it had noted that:
   * isolates know the stage then, and its time must stay.
   */
  async #confirmHeld(on: StoredRollout): Promise<void> {
    if (on.confirmed >= on.stages.length) return;
    const held = await this.#deps.held().catch(() => undefined);
    if (held?.id !== on.id || held.stages.at(-1)?.holdsFromMs !== on.stages.at(-1)?.holdsFromMs) return;
    await this.#store({ ...on, confirmed: on.stages.length }, undefined);
  }

  async #store(rollout: StoredRollout, entry: NewAuditEntry | undefined): Promise<void> {
    await this.#deps.store.rollouts.put(rollout, entry);
    this.#latest = rollout;
  }

  /**
   * It is stored before anybody is told, since visitors would flip if a restart took it back. It takes effect
   * all the same while nothing can be stored.
   */
  async #end(
    rollout: StoredRollout,
    how: "aborted" | "superseded",
    reason: string,
    entry: NewAuditEntry | undefined,
  ): Promise<StoredRollout> {
    const done = ended(rollout, how, this.#deps.nowMs(), reason);
    this.#unstored = { rollout: done, entry };
    await Promise.race([this.#storeEnd(), sleep(STORE_END_WITHIN_MS, undefined, { ref: false })]);
    this.#latest = done;
    this.#deps.onEnd(how);
    await this.#deps.publish();
    return done;
  }

  /** Once at a time. Never rejects. */
  #storeEnd(): Promise<void> {
    const unstored = this.#unstored;
    if (unstored === undefined) return Promise.resolve();
    this.#storing ??= this.#deps.store.rollouts
      .put(unstored.rollout, unstored.entry)
      .then(
        () => void (this.#unstored = undefined),
        (error: unknown) =>
          this.#deps.log.error("the end of a rollout can't be stored yet", { error: reasonOf(error) }),
      )
      .finally(() => (this.#storing = undefined));
    return this.#storing;
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

function ended(
  rollout: StoredRollout,
  how: NonNullable<Rollout["end"]>["how"],
  atMs: number,
  reason: string,
): StoredRollout {
  return { ...rollout, end: { how, atMs, reason } };
}

function refused(reason: string): { readonly kind: "refused"; readonly reason: string } {
  return { kind: "refused", reason };
}

/** What the origin does by itself. */
function ownEntry(atMs: number, action: string, { id }: Rollout, note: string): NewAuditEntry {
  const by = "origin";
  return {
    atMs,
    by,
    role: "operator",
    via: "origin",
    address: undefined,
    action,
    subject: `rollout ${id}`,
    note,
  };
}
