/**
 * `GET /metrics`: what this isolate has counted, for Prometheus, and for operators alone. A location has many
 * isolates and one scrape reaches one of them, so that every sample names its isolate: counters of two are
 * never mixed up.
 */
import { isOneOfBearers } from "../identity/bearer.ts";
import { keptMemory, type HealthDeps } from "../health.ts";
import { refusalResponse } from "../problem-response.ts";
import type { PublishedState } from "../published/published-state.ts";
import { EDGE_METRICS, EDGE_PREFIX, OF_ONE_ISOLATE } from "./edge-metric-names.ts";
import type { CountedKv } from "./counted-kv.ts";
import type { ServedCounts } from "./served-counts.ts";

export type MetricsDeps = HealthDeps & {
  /** As the serving log's reports name it. */
  readonly isolate: string;
  readonly startedMs: number;
  readonly servedCounts: ServedCounts;
  readonly kvReads: CountedKv["reads"];
};

type Samples = readonly (readonly [labels: readonly string[], value: number])[];

export async function metricsResponse(
  deps: MetricsDeps,
  headers: Headers,
  state: () => Promise<PublishedState> | PublishedState,
): Promise<Response> {
  if (!(await isOneOfBearers(headers, deps.config.origin?.tokens ?? [])))
    return refusalResponse(
      { status: 401, key: "authorization", reason: "must be Bearer EDGE_TOKEN" },
      { "www-authenticate": "Bearer" },
    );
  const text = metricsText(deps.isolate, readings(deps, await state()));
  return new Response(text, {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" },
  });
}

function readings(
  deps: MetricsDeps,
  { routing, clusters, suspects }: PublishedState,
): Record<keyof typeof EDGE_METRICS, number | Samples> {
  const { admission, servingLog, sample } = deps;
  const { credit, ratePerSec, demandPerSec, unanswered, down } = admission.state();
  const { calls, lost } = servingLog.totals();
  const { recorded, taken } = sample.counts();
  return {
    served_total: deps.servedCounts.counts(),
    forwards_total: samplesOf(admission.forwards()),
    forwards_in_flight: unanswered,
    demand_per_second: demandPerSec,
    credit_per_second: credit === "open" ? Number.POSITIVE_INFINITY : (ratePerSec ?? 0),
    origin_down: down === undefined ? 0 : 1,
    failures_total: samplesOf(deps.failures.counts()),
    kv_reads_total: deps.kvReads(),
    serving_log_calls_total: calls,
    serving_log_lost_total: lost,
    sample_recorded_total: recorded,
    sample_taken_total: taken,
    viewer_states_total: samplesOf(deps.viewers.counts()),
    memory_bytes: samplesOf(keptMemory(deps, suspects.size)),
    pages: deps.pages.size().entries,
    routing_version: routing.version,
    index_generation: clusters?.generation ?? 0,
    started_timestamp_seconds: deps.startedMs / 1000,
  };
}

function samplesOf(values: Readonly<Record<string, number>>): Samples {
  return Object.entries(values).map(([name, value]) => [[name], value]);
}

/**
 * https://prometheus.io/docs/instrumenting/exposition_formats/. All labels are of closed vocabularies, so
 * nothing is escaped.
 */
function metricsText(isolate: string, read: ReturnType<typeof readings>): string {
  let text = "";
  for (const [key, [names, help]] of Object.entries(EDGE_METRICS)) {
    const metric = EDGE_PREFIX + key;
    const value = read[key as keyof typeof read];
    text += `# HELP ${metric} ${help} ${OF_ONE_ISOLATE}\n# TYPE ${metric} ${key.endsWith("_total") ? "counter" : "gauge"}\n`;
    for (const [labels, sample] of typeof value === "number" ? [[[], value] as const] : value) {
      const own = names.map((name, at) => `,${name}="${labels[at]}"`).join("");
      text += `${metric}{isolate="${isolate}"${own}} ${sample === Number.POSITIVE_INFINITY ? "+Inf" : sample}\n`;
    }
  }
  return text;
}
