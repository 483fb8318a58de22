/**
 * Which metrics a PromQL expression reads, and how: what a dashboard or an alert rule can get wrong without
 * an error.
 */
import { parser } from "@prometheus-io/lezer-promql";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

export type MetricUse = {
  readonly name: string;
  /** The functions around it, the innermost first, such as `rate`, `histogram_quantile`. */
  readonly functions: readonly string[];
  /** Labels that are compared with something. */
  readonly labels: readonly string[];
};

/** Throws a SyntaxError when the text is not PromQL. */
export function metricsOf(expression: string): MetricUse[] {
  // Grafana puts the interval in before Prometheus sees the expression.
  const text = expression.replaceAll("$__rate_interval", "5m");
  const uses: MetricUse[] = [];
  parser.parse(text).iterate({
    enter: ({ node, type }) => {
      if (type.isError) throw new SyntaxError(`no PromQL at character ${node.from}: ${text}`);
      if (type.name === "VectorSelector") uses.push(useOf(node, text));
    },
  });
  return uses;
}

function useOf(selector: SyntaxNode, text: string): MetricUse {
  const textOf = (node: SyntaxNode | null): string => (node === null ? "" : text.slice(node.from, node.to));
  const functions: string[] = [];
  for (let at = selector.parent; at !== null; at = at.parent)
    if (at.name === "FunctionCall") functions.push(textOf(at.getChild("FunctionIdentifier")));
  const matchers = selector.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  return {
    name: textOf(selector.getChild("Identifier")),
    functions,
    labels: matchers.map((matcher) => textOf(matcher.getChild("LabelName"))),
  };
}

export type ExposedMetrics = {
  /** `spillway_cycles_total` → `counter`. */
  readonly types: ReadonlyMap<string, string>;
  /** The labels of each metric that has samples. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Prometheus's text format, as far as the names, types and labels go. */
export function readExposition(text: string): ExposedMetrics {
  const types = new Map<string, string>();
  const labels = new Map<string, Set<string>>();
  for (const line of text.split("\n")) {
    const [, name, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) types.set(name, type);
    const [, sampled, pairs] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (sampled === undefined) continue;
    const known = labels.get(sampled) ?? new Set();
    labels.set(sampled, known);
    for (const [, label] of (pairs ?? "").matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) known.add(label ?? "");
  }
  return { types, labels };
}

/** Labels that Prometheus itself adds. */
const ADDED_LABELS = new Set(["instance", "job"]);
const OVER_TIME = new Set(["rate", "increase"]);

/** What is wrong with a use; undefined where nothing is. */
export function misuse({ name, functions, labels }: MetricUse, exposed: ExposedMetrics): string | undefined {
  const base = name.replace(/_(bucket|count|sum)$/, "");
  const type = exposed.types.get(name) ?? exposed.types.get(base);
  if (type === undefined) return `${name} does not exist`;
  const overTime = OVER_TIME.has(functions[0] ?? "");
  if (type === "gauge" && overTime) return `${name} is a gauge: it has no ${functions[0]}`;
  if (type !== "gauge" && !overTime) return `${name} is a ${type}: it needs rate() or increase()`;
  if (type === "histogram" && name === base) return `${name} is a histogram: name its buckets, count or sum`;
  if (name.endsWith("_bucket") && functions[1] !== "histogram_quantile")
    return `${name} needs histogram_quantile()`;
  const known = exposed.labels.get(name);
  const unknown = labels.find((label) => !ADDED_LABELS.has(label) && known?.has(label) === false);
  return unknown === undefined ? undefined : `${name} has no label ${unknown}`;
}
