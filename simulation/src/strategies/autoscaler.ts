/** The Kubernetes Horizontal Pod Autoscaler (autoscaling/v2) on a load metric, as its documentation states the algorithm. */
import type { StrategyParameters } from "./flags.ts";

export type HpaSettings = Pick<
  StrategyParameters,
  "hpaTolerance" | "hpaUpPercent" | "hpaUpPods" | "hpaUpPeriodS" | "hpaDownS"
>;

type Dated = { readonly atS: number; readonly instances: number };

/**
 * desired = ⌈current × metric ÷ target⌉, where the metric is the load per instance: ⌈load ÷ target⌉. A ratio within the
 * tolerance of 1 changes nothing. Upwards it obeys at once, as far as the policies let it; downwards only the highest
 * recommendation of the stabilization window holds. The load is the one that arrives, also where most of it is not let in: a
 * metric of CPU would stop at 100 % and take longer.
 */
export class HorizontalAutoscaler {
  readonly #settings: HpaSettings;
  readonly #targetPerSec: number;
  readonly #least: number;
  #recommended: Dated[] = [];
  #added: Dated[] = [];

  /** `targetPerSec`: requests a second that one instance is meant to have. `least`: fewest instances. */
  constructor(settings: HpaSettings, targetPerSec: number, least: number) {
    this.#settings = settings;
    this.#targetPerSec = targetPerSec;
    this.#least = least;
  }

  /** How many instances there shall be, of which `current` are ordered. Asked once in a sync period, with ascending times. */
  sync(current: number, loadPerSec: number, nowS: number): number {
    const recommended = this.#recommend(current, loadPerSec);
    const sinceS = nowS - this.#settings.hpaDownS;
    this.#recommended = this.#recommended.filter(({ atS }) => atS > sinceS);
    this.#recommended.push({ atS: nowS, instances: recommended });
    if (recommended <= current) {
      const highest = Math.max(...this.#recommended.map(({ instances }) => instances));
      return Math.min(current, highest);
    }
    const granted = Math.min(recommended, this.#mostUp(current, nowS));
    this.#added.push({ atS: nowS, instances: granted - current });
    return granted;
  }

  #recommend(current: number, loadPerSec: number): number {
    const ratio = loadPerSec / (current * this.#targetPerSec);
    if (Math.abs(ratio - 1) <= this.#settings.hpaTolerance) return current;
    return Math.max(this.#least, Math.ceil(loadPerSec / this.#targetPerSec));
  }

  /** The most generous policy, counted from the instances that there were when the period began. */
  #mostUp(current: number, nowS: number): number {
    const { hpaUpPercent, hpaUpPods, hpaUpPeriodS } = this.#settings;
    this.#added = this.#added.filter(({ atS }) => atS > nowS - hpaUpPeriodS);
    const before = current - this.#added.reduce((sum, { instances }) => sum + instances, 0);
    const most = Math.max(before + hpaUpPods, Math.ceil(before * (1 + hpaUpPercent / 100)));
    return Math.max(current, most);
  }
}
