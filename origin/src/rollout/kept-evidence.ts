/** Keeps what a rollout's stage has shown in the store, so that a restart loses a few seconds of it at most. */
import { reasonOf } from "@spillway/shared/protocol/reason-of.ts";
import type { Evidence, StoredEvidence } from "@spillway/shared/routing/rollout/evidence.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import type { Log } from "../monitoring/log.ts";

const WRITE_EVERY_MS = 3000;

export type KeptEvidenceDeps = {
  readonly store: Pick<OperatorStore, "rollouts">;
  readonly nowMs: () => number;
  readonly log: Pick<Log, "warn">;
};

export class KeptEvidence {
  readonly #deps: KeptEvidenceDeps;
  #last: StoredEvidence | undefined;
  #written: { readonly evidence: Evidence; readonly additions: number } | undefined;
  #writtenMs = 0;
  #writing: Promise<void> | undefined;

  constructor(deps: KeptEvidenceDeps) {
    this.#deps = deps;
  }

  /** What the process before this one has left. */
  get last(): StoredEvidence | undefined {
    return this.#last;
  }

  /** What can't be read is gathered anew. */
  async read(id: string): Promise<void> {
    const { store, log } = this.#deps;
    try {
      this.#last = await store.rollouts.evidence(id);
    } catch (error) {
      log.warn("a stage gathers its evidence anew, since the stored one can't be read", {
        rollout: id,
        error: reasonOf(error),
      });
    }
  }

  isDue(nowMs: number): boolean {
    return this.#writing === undefined && nowMs - this.#writtenMs >= WRITE_EVERY_MS;
  }

  /** Writes what has come since the last time, if anything. Never rejects. */
  async write(id: string, evidence: Evidence): Promise<void> {
    await this.#writing;
    const { store, nowMs, log } = this.#deps;
    const { additions } = evidence;
    if (this.#written?.evidence === evidence && this.#written.additions === additions) return;
    this.#writtenMs = nowMs();
    this.#writing = store.rollouts.putEvidence(id, evidence.stored(), this.#writtenMs).then(
      () => void (this.#written = { evidence, additions }),
      (error: unknown) =>
        log.warn("what a rollout has shown can't be stored yet", { rollout: id, error: reasonOf(error) }),
    );
    await this.#writing;
    this.#writing = undefined;
  }
}
