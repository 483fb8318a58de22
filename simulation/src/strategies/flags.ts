/** The assumptions of the comparison of strategies: each figure is a flag with a default and its source. */
import { UsageError } from "@spillway/kit/commands/usage.ts";

type Parameter = {
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
  readonly description: string;
};

/** The parameters by name. The flag is the name in kebab case. */
export const PARAMETERS = {
  spikeRiseS: {
    value: 5,
    least: 0,
    most: 3600,
    whole: true,
    description: "seconds from --base to --peak (a kick-off, a wicket or a push message: everybody at once)",
  },
  spikeHoldS: {
    value: 240,
    least: 0,
    most: 36_000,
    whole: true,
    description: "seconds at --peak (long enough to outlast the autoscaler's reaction)",
  },
  spikeFallS: {
    value: 360,
    least: 0,
    most: 36_000,
    whole: true,
    description: "seconds of the even fall back to --base",
  },
  startInstances: {
    value: 10,
    least: 1,
    most: 1000,
    whole: true,
    description: "origin instances before the spike, T/m each, and the fewest that an autoscaler keeps",
  },
  patienceS: {
    value: 3,
    least: 0.1,
    most: 60,
    description:
      "seconds that a visitor waits for an answer (Google, The Need for Mobile Speed, 2016: over half of mobile visits are left after three)",
  },
  queueLimit: {
    value: 511,
    least: 0,
    most: 1_000_000,
    whole: true,
    description:
      "requests that wait in one instance, the next gets a 503 (Node.js documentation, server.listen: the default backlog; under --patience-s times an instance's capacity, 375 here, no answer is late)",
  },
  hpaTarget: {
    value: 0.8,
    least: 0.05,
    most: 1,
    description:
      "load that an instance is meant to have, of its threshold (0.8 is 64 % of its capacity; the Kubernetes HPA walkthrough takes 50 % of CPU)",
  },
  hpaTolerance: {
    value: 0.1,
    least: 0,
    most: 1,
    description: "deviation from the target that changes nothing (Kubernetes HPA documentation: 0.1)",
  },
  hpaSyncS: {
    value: 15,
    least: 1,
    most: 600,
    whole: true,
    description: "seconds between two decisions (Kubernetes HPA documentation, sync period: 15 s)",
  },
  hpaMetricsS: {
    value: 60,
    least: 1,
    most: 3600,
    whole: true,
    description:
      "seconds that the load metric is averaged over (Cluster Autoscaler FAQ: metrics are obtained every minute)",
  },
  hpaScrapeS: {
    value: 15,
    least: 0,
    most: 600,
    whole: true,
    description: "age of the metric's newest sample (metrics-server's default resolution: 15 s)",
  },
  hpaUpPercent: {
    value: 100,
    least: 0,
    most: 10_000,
    description:
      "growth in one period, per cent; the larger of this and --hpa-up-pods (Kubernetes HPA documentation: 100 %)",
  },
  hpaUpPods: {
    value: 4,
    least: 0,
    most: 10_000,
    whole: true,
    description: "growth in one period, instances (Kubernetes HPA documentation: 4)",
  },
  hpaUpPeriodS: {
    value: 15,
    least: 1,
    most: 1800,
    whole: true,
    description: "seconds of that period (Kubernetes HPA documentation: 15 s)",
  },
  hpaDownS: {
    value: 300,
    least: 0,
    most: 3600,
    whole: true,
    description:
      "seconds whose highest recommendation holds before instances are taken away (Kubernetes HPA documentation, scale-down stabilization: 300 s)",
  },
  nodeRoom: {
    value: 5,
    least: 0,
    most: 100_000,
    whole: true,
    description:
      "more instances that fit on the nodes at hand (half as many again as there are at the start)",
  },
  nodeStartS: {
    value: 75,
    least: 0,
    most: 3600,
    whole: true,
    description:
      "seconds until a new node takes instances (60 to 90 s on today's fast clouds; the Cluster Autoscaler FAQ saw 3 to 4 minutes on GCE)",
  },
  podStartS: {
    value: 60,
    least: 0,
    most: 3600,
    whole: true,
    description:
      "seconds from an instance's start to its full capacity: image pull, model load, warm JIT and caches (assumed; G. Kamboj, Scaling Hotstar.com for 10Mn concurrency, 2018, names minutes)",
  },
  forecast: {
    value: 0.8,
    least: 0.01,
    most: 10,
    description:
      "with pre-provisioning: the forecast of the peak, of the true one (assumed: live audiences are known by their last match; the target's headroom absorbs some)",
  },
  prepareS: {
    value: 1800,
    least: 0,
    most: 86_400,
    whole: true,
    description:
      "with pre-provisioning: seconds before the spike that its instances are started (assumed; Hotstar's talk, 2018: infrastructure is warmed up before match time)",
  },
  keepS: {
    value: 1800,
    least: 0,
    most: 86_400,
    whole: true,
    description: "with pre-provisioning: seconds after the spike that they are kept (assumed)",
  },
  cycleS: {
    value: 20,
    least: 0,
    most: 60,
    description: "seconds of one core that a refresh cycle takes, one a minute (assumed)",
  },
} as const satisfies Readonly<Record<string, Parameter>>;

export type StrategyParameters = { readonly [Name in keyof typeof PARAMETERS]: number };

export type StrategyFlag = {
  /** As typed, without the leading dashes. */
  readonly flag: string;
  readonly description: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
};

const ENTRIES: readonly (readonly [string, Parameter])[] = Object.entries(PARAMETERS);

export const strategyFlags: readonly StrategyFlag[] = ENTRIES.map(
  ([name, { whole = false, ...parameter }]) => ({
    flag: name.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`),
    whole,
    ...parameter,
  }),
);

/**
 * Takes each parameter from `given`, which may hold other keys too, or else its default. Throws {@link
 * UsageError} when a value is out of its range.
 */
export function strategyParameters(given: Readonly<Record<string, unknown>> = {}): StrategyParameters {
  const parameters = ENTRIES.map(([name, { value, least, most, whole }], at) => {
    const chosen = given[name] ?? value;
    if (
      typeof chosen !== "number" ||
      !(chosen >= least && chosen <= most) ||
      (whole && !Number.isInteger(chosen))
    ) {
      const kind = whole ? "whole number" : "number";
      throw new UsageError(`--${strategyFlags[at]?.flag}: must be a ${kind} from ${least} to ${most}`);
    }
    return [name, chosen];
  });
  return Object.fromEntries(parameters) as StrategyParameters;
}
