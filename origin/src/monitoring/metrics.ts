/**
 * The origin's metrics, for Prometheus. Each instance has its own registry, so that several can run in one
 * process.
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

const LATENCY_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Reads the gate's figures whenever the metrics are requested. */
export type GateReading = () => Readonly<Record<string, number | undefined>>;

const GATE_GAUGES = {
  thresholdPerSec: [
    "spillway_gate_threshold_per_second",
    "Individual answers a second that this instance may make now.",
  ],
  bearableShare: ["spillway_gate_bearable_share", "Share of the threshold that the event loop can bear."],
  admittedPeakPerSec: [
    "spillway_gate_admitted_peak_per_second",
    "Most admissions in any one second since the start.",
  ],
  demandPerSec: ["spillway_demand_per_second", "Demand of all edge isolates, as far as they report here."],
  offeredPerSec: ["spillway_offered_per_second", "Requests for individual work in the last second."],
  creditedPerSec: ["spillway_credited_per_second", "Sum of the credits that edge isolates hold."],
  isolates: ["spillway_credited_isolates", "Edge isolates that hold a credit."],
  armed: ["spillway_armed", "1 while an armed window holds, else 0."],
  armedNeedless: [
    "spillway_armed_needless",
    "Stored pages that isolates served in armed windows although demand was under the threshold, since the start.",
  ],
} as const;

/** Reads the age of the clusters' pages whenever the metrics are requested. */
export type PageAgeReading = () => Readonly<Record<string, number | undefined>>;

const PAGE_AGE_GAUGES = {
  oldestS: [
    "spillway_page_age_oldest_seconds",
    "Age of the cluster pages that were confirmed longest ago: seconds since a refresh cycle last found them current or rewrote them.",
  ],
  medianS: ["spillway_page_age_median_seconds", "The same age at the median cluster."],
  objectiveS: ["spillway_page_age_objective_seconds", "The age that no cluster's pages should exceed."],
  over: ["spillway_clusters_over_page_age_objective", "Clusters whose pages are older than that."],
} as const;

/** Counts the waiting dead letters whenever the metrics are requested. */
export type DeadLetterReading = () => { readonly waiting: number };

const DEAD_LETTER_GAUGES = {
  waiting: [
    "spillway_dead_letters",
    "Dead letters that wait for an operator: bad events, and messages that hold none.",
  ],
} as const;

/** Reads the share of visitors that obey a candidate whenever the metrics are requested. */
export type RolloutReading = () => { readonly share: number };

const ROLLOUT_GAUGES = {
  share: [
    "spillway_rollout_share",
    "Share of the visitors that obey a rollout's candidate; 0 while none is on.",
  ],
} as const;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    exposeGate: (read: GateReading) => expose(registry, GATE_GAUGES, read),
    exposePageAge: (read: PageAgeReading) => expose(registry, PAGE_AGE_GAUGES, read),
    exposeDeadLetters: (read: DeadLetterReading) => expose(registry, DEAD_LETTER_GAUGES, read),
    exposeRollout: (read: RolloutReading) => expose(registry, ROLLOUT_GAUGES, read),
    rolloutsEnded: new Counter({
      name: "spillway_rollouts_ended_total",
      help: "Rollouts by how they ended: completed, aborted, superseded.",
      labelNames: ["how"],
      registers,
    }),
    recommendations: new Counter({
      name: "spillway_recommendations_total",
      help: "Recommendation responses by how and why they were served.",
      labelNames: ["served", "reason", "context"],
      registers,
    }),
    inference: new Counter({
      name: "spillway_inference_total",
      help: "Individual scorings of a user by the model.",
      registers,
    }),
    storedPage: new Counter({
      name: "spillway_stored_page_total",
      help: "Pages served as they are stored, without inference.",
      registers,
    }),
    clientsGone: new Counter({
      name: "spillway_clients_gone_total",
      help: "Requests whose client went away before the body was complete.",
      registers,
    }),
    gateShed: new Counter({
      name: "spillway_gate_shed_total",
      help: "Requests that the gate did not admit.",
      labelNames: ["reason"],
      registers,
    }),
    gateInFlight: new Gauge({
      name: "spillway_gate_in_flight",
      help: "Individual answers being made.",
      registers,
    }),
    eventsStored: new Counter({
      name: "spillway_events_stored_total",
      help: "Events stored.",
      registers,
    }),
    eventsDuplicate: new Counter({
      name: "spillway_events_duplicate_total",
      help: "Events that were stored already.",
      registers,
    }),
    eventsRefused: new Counter({
      name: "spillway_events_refused_total",
      help: "Events that were not valid.",
      registers,
    }),
    eventsFolded: new Counter({
      name: "spillway_events_folded_total",
      help: "Events that refresh cycles folded into profiles.",
      registers,
    }),
    servingReports: new Counter({
      name: "spillway_serving_reports_total",
      help: "Parts of reports of the edge's serving log, by what became of them.",
      labelNames: ["outcome"],
      registers,
    }),
    sampleTuples: new Counter({
      name: "spillway_sample_tuples_total",
      help: "Decision tuples of the edge's samples, by what became of them: kept, thinned out, late, or invalid.",
      labelNames: ["outcome"],
      registers,
    }),
    sampleDay: new Gauge({
      name: "spillway_sample_day_tuples",
      help: "Decision tuples of the newest day: pending, stored, and of these folded so that nobody is recognised.",
      labelNames: ["state"],
      registers,
    }),
    sampleWithheld: new Gauge({
      name: "spillway_sample_withheld_requests",
      help: "Requests of the newest day that the sample withholds, since fewer than ten visitors had their outcome.",
      registers,
    }),
    eventsDeferred: new Counter({
      name: "spillway_events_deferred_total",
      help: "Events turned away for the moment, because events had used up their share of the time.",
      registers,
    }),
    viewerTitlesDropped: new Counter({
      name: "spillway_viewer_titles_dropped_total",
      help: "Titles of viewers' histories that had no room in their viewer state.",
      registers,
    }),
    viewerMapUsers: new Gauge({
      name: "spillway_viewer_map_users",
      help: "Users in the viewer map, as it was last written completely.",
      registers,
    }),
    viewerMapShards: new Gauge({
      name: "spillway_viewer_map_shards",
      help: "Shards of the viewer map with anybody in them.",
      registers,
    }),
    viewerMapBytes: new Gauge({
      name: "spillway_viewer_map_bytes",
      help: "Bytes of all shards of the viewer map.",
      registers,
    }),
    viewerMapEndedSeconds: new Gauge({
      name: "spillway_viewer_map_ended_timestamp_seconds",
      help: "When the viewer map was last written completely, in seconds since 1970.",
      registers,
    }),
    storageUnavailable: new Counter({
      name: "spillway_storage_unavailable_total",
      help: "Requests answered 503 because the database was busy or full.",
      labelNames: ["route"],
      registers,
    }),
    cycles: new Counter({
      name: "spillway_cycles_total",
      help: "Refresh cycles by how they ended.",
      labelNames: ["state"],
      registers,
    }),
    cycleSeconds: new Gauge({
      name: "spillway_cycle_seconds",
      help: "Duration of each stage of the latest refresh cycle.",
      labelNames: ["stage"],
      registers,
    }),
    modelVerdicts: new Counter({
      name: "spillway_model_verdicts_total",
      help: "New models by what the audience's last day said of them: taken, stays (the one in force does), unjudged.",
      labelNames: ["verdict"],
      registers,
    }),
    modelQuality: new Gauge({
      name: "spillway_model_last_day_ndcg10",
      help: "NDCG@10 on the audience's last day when a new model was last judged: of the one in force, and of the new one.",
      labelNames: ["model"],
      registers,
    }),
    modelJudgedUsers: new Gauge({
      name: "spillway_model_judged_users",
      help: "Users whose last day was held out when a new model was last judged.",
      registers,
    }),
    cyclePages: new Counter({
      name: "spillway_cycle_pages_total",
      help: "Pages that refresh cycles looked at: rewritten, kept though they would be laid out a little better today, or current as they were.",
      labelNames: ["outcome"],
      registers,
    }),
    clustersDifferent: new Counter({
      name: "spillway_cycle_clusters_different_total",
      help: "Clusters whose sums a pass over everybody found different from those that had followed who moved: always 0, unless there is an error in Spillway.",
      registers,
    }),
    kvWrites: new Counter({
      name: "spillway_kv_writes_total",
      help: "Keys that refresh cycles wrote to KV or deleted from it.",
      registers,
    }),
    documentsRefused: new Counter({
      name: "spillway_documents_refused_total",
      help: "Documents and pages that were not published, since serving could not rely on them. The log says why.",
      labelNames: ["document"],
      registers,
    }),
    cycleEndedSeconds: new Gauge({
      name: "spillway_cycle_ended_timestamp_seconds",
      help: "When the latest refresh cycle that succeeded ended, in seconds since 1970.",
      registers,
    }),
    httpRequestSeconds: new Histogram({
      name: "spillway_http_request_duration_seconds",
      help: "Time to the response by route, method and status.",
      labelNames: ["route", "method", "status"],
      buckets: LATENCY_BUCKETS_S,
      registers,
    }),
  };
}

/** Registers a gauge for each field that a reading may have. */
function expose(
  registry: Registry,
  gauges: Readonly<Record<string, readonly [name: string, help: string]>>,
  read: () => Readonly<Record<string, number | undefined>>,
): void {
  for (const [field, [name, help]] of Object.entries(gauges)) {
    const collect = function collect(this: Gauge): void {
      const value = read()[field];
      if (value === undefined) this.reset();
      else this.set(value);
    };
    registry.registerMetric(new Gauge({ name, help, registers: [], collect }));
  }
}
