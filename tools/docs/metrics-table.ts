/** The tables of docs/operate/monitoring.md: every metric of the origin, and of an edge isolate. */
import { EDGE_METRICS, EDGE_PREFIX } from "@spillway/edge/metrics/edge-metric-names.ts";
import { createMetrics } from "@spillway/origin/monitoring/metrics.ts";

/** The part of a prom-client metric that the table needs. */
type Described = { readonly name: string; readonly help?: string; readonly labelNames?: readonly string[] };

export function metricsTable(): string {
  return tableOf(describedMetrics());
}

/** Every one has the label `isolate` too. */
export function edgeMetricsTable(): string {
  return tableOf(
    Object.entries(EDGE_METRICS).map(([key, [labels, help]]) => ({
      name: `${EDGE_PREFIX}${key}`,
      help,
      labelNames: ["isolate", ...labels],
    })),
  );
}

function tableOf(metrics: readonly Described[]): string {
  const rows = metrics
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, help = "", labelNames = [] }) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(", ");
      return `| \`${name}\` | ${labels} | ${help} |`;
    });
  return `| metric | labels | what |\n|---|---|---|\n${rows.join("\n")}`;
}

function describedMetrics(): readonly Described[] {
  const metrics = createMetrics();
  metrics.exposeGate(() => ({}));
  metrics.exposePageAge(() => ({}));
  metrics.exposeDeadLetters(() => ({ waiting: 0 }));
  metrics.exposeRollout(() => ({ share: 0 }));
  return metrics.registry.getMetricsAsArray();
}
