/**
 * The Kubernetes Horizontal Pod Autoscaler (autoscaling/v2) on a load metric, following the algorithm in its
 * documentation.
 */
import type { StrategyParameters } from "./flags.ts";

export type HpaSettings = Pick<
  StrategyParameters,
  "hpaTolerance" | "hpaUpPercent" | "hpaUpPods" | "hpaUpPeriodS" | "hpaDownS"
>;

type Dated = { readonly atS: number; readonly instances: number };

/**
 * desired = ⌈current × metric ÷ target⌉, where the metric is the load per instance, hence ⌈load ÷ target⌉. A
 * ratio within the tolerance of 1 changes nothing. Scaling up follows a recommendation at once, as far as the
 * policies allow. Scaling down follows only the highest recommendation of the stabilization window. The load
 * is the arriving one, even when most of it is refused: a metric of CPU would stop at 100 % and take longer.
 */
export class HorizontalAutoscaler {
  readonly #settings: HpaSettings;
  readonly #targetPerSec: number;
  readonly #minInstances: number;
  #recommended: Dated[] = [];
  #added: Dated[] = [];

  /**
   * `targetPerSec` is the target load of one instance in requests a second. `minInstances` is the fewest
   * instances.
   */
  constructor(settings: HpaSettings, targetPerSec: number, minInstances: number) {
    this.#settings = settings;
    this.#targetPerSec = targetPerSec;
    this.#minInstances = minInstances;
  }

  /**
   * Returns the desired number of instances, of which `current` are ordered. It is called once in a sync
   * period, with ascending times.
   */
  sync(current: number, loadPerSec: number, nowS: number): number {
    const recommended = this.#recommend(current, loadPerSec);
    const sinceS = nowS - this.#settings.hpaDownS;
    this.#recommended = this.#recommended.filter(({ atS }) => atS > sinceS);
    this.#recommended.push({ atS: nowS, instances: recommended });
    if (recommended <= current) {
      const highest = Math.max(...this.#recommended.map(({ instances }) => instances));
      return Math.min(current, highest);
    }
    const granted = Math.min(recommended, this.#maxScaleUp(current, nowS));
    this.#added.push({ atS: nowS, instances: granted - current });
    return granted;
  }

  #recommend(current: number, loadPerSec: number): number {
    const ratio = loadPerSec / (current * this.#targetPerSec);
    if (Math.abs(ratio - 1) <= this.#settings.hpaTolerance) return current;
    return Math.max(this.#minInstances, Math.ceil(loadPerSec / this.#targetPerSec));
  }

  /** The most generous policy, counted from the instances at the start of the period. */
  #maxScaleUp(current: number, nowS: number): number {
    const { hpaUpPercent, hpaUpPods, hpaUpPeriodS } = this.#settings;
    this.#added = this.#added.filter(({ atS }) => atS > nowS - hpaUpPeriodS);
    const before = current - this.#added.reduce((sum, { instances }) => sum + instances, 0);
    const most = Math.max(before + hpaUpPods, Math.ceil(before * (1 + hpaUpPercent / 100)));
    return Math.max(current, most);
  }
}
