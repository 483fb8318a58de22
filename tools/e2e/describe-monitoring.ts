/**
 * The dashboard and the alert rules in `docs/operate/monitoring`, against the metrics that a running origin
 * and a running edge expose.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { misuse, metricsOf, readExposition, type ExposedMetrics } from "./promql-metrics.ts";
import { REPOSITORY, TOKENS, type Spillway } from "@spillway/cli/test/start-spillway.ts";

type Dashboard = {
  readonly panels: readonly {
    readonly title: string;
    readonly type: string;
    readonly targets?: readonly { expr: string }[];
  }[];
};
type Rules = {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
};
type Expression = { readonly of: string; readonly text: string };

/** Prometheus adds this metric about the scrape itself. */
const OF_PROMETHEUS = new Set(["up"]);

function read(name: string): string {
  return readFileSync(join(REPOSITORY, "docs/operate/monitoring", name), "utf8");
}

function dashboardExpressions(): Expression[] {
  const { panels } = JSON.parse(read("grafana-dashboard.json")) as Dashboard;
  return panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ of: title, text: expr })));
}

function ruleExpressions(): Expression[] {
  const { groups } = parse(read("prometheus-rules.yaml")) as Rules;
  return groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ of: alert, text: expr })));
}

function misuses(expressions: readonly Expression[], exposed: ExposedMetrics): string[] {
  return expressions.flatMap(({ of, text }) =>
    metricsOf(text)
      .filter(({ name }) => !OF_PROMETHEUS.has(name))
      .flatMap((use) => misuse(use, exposed) ?? [])
      .map((problem) => `${of}: ${problem}`),
  );
}

export function describeMonitoring(spillway: () => Spillway): void {
  describe("monitoring", () => {
    let exposed: ExposedMetrics;

    beforeAll(async () => {
      // A counter has labels from its first count on.
      await fetch(`${spillway().originUrl}/recommendations?context=homepage&cluster=generic`);
      await fetch(`${spillway().edgeUrl}/recommendations?context=homepage`);
      const headers = { authorization: `Bearer ${TOKENS.EDGE_TOKEN}` };
      const { originUrl, edgeUrl } = spillway();
      const texts = [originUrl, edgeUrl].map(async (url) =>
        (await fetch(`${url}/metrics`, { headers })).text(),
      );
      exposed = readExposition((await Promise.all(texts)).join("\n"));
    });

    test("every panel of the dashboard reads metrics that exist, as their types ask for", () => {
      const expressions = dashboardExpressions();
      expect(expressions.length).toBeGreaterThan(20);
      expect(misuses(expressions, exposed)).toEqual([]);
    });

    test("every alert rule reads metrics that exist, as their types ask for", () => {
      const expressions = ruleExpressions();
      expect(expressions.length).toBeGreaterThan(5);
      expect(misuses(expressions, exposed)).toEqual([]);
    });

    test("every metric of origin and edge is on the dashboard", () => {
      const shown = new Set(
        dashboardExpressions().flatMap(({ text }) =>
          metricsOf(text).map(({ name }) => name.replace(/_(bucket|count|sum)$/, "")),
        ),
      );
      expect([...exposed.types.keys()].filter((name) => !shown.has(name))).toEqual([]);
    });

    test.each([
      ["sum(spillway_no_such_metric)", "spillway_no_such_metric does not exist"],
      [
        "spillway_events_stored_total",
        "spillway_events_stored_total is a counter: it needs rate() or increase()",
      ],
      ["rate(spillway_gate_in_flight[5m])", "spillway_gate_in_flight is a gauge: it has no rate"],
      [
        "rate(spillway_http_request_duration_seconds_bucket[5m])",
        "spillway_http_request_duration_seconds_bucket needs histogram_quantile()",
      ],
      [
        'rate(spillway_recommendations_total{rung="individual"}[5m])',
        "spillway_recommendations_total has no label rung",
      ],
    ])("%s is found out", (text, problem) => {
      expect(misuses([{ of: "a panel", text }], exposed)).toEqual([`a panel: ${problem}`]);
    });
  });
}
