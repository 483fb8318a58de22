import { expect, test } from "vitest";
import { parseCounters, type CounterSample } from "./origin-counters.ts";
import { counterAt } from "./seconds.ts";

test("individual answers and requests for pages are read from Prometheus text", () => {
  const text = `# HELP spillway_recommendations_total Recommendation responses by how and why they were served.
spillway_recommendations_total{served="individual",reason="admitted",context="homepage"} 40
spillway_recommendations_total{served="individual",reason="no-model",context="homepage"} 2
spillway_recommendations_total{served="cluster",reason="requested",context="homepage"} 7
spillway_gate_admitted_peak_per_second 11
spillway_http_request_duration_seconds_bucket{le="0.1",route="/recommendations",method="GET",status="200"} 49
spillway_http_request_duration_seconds_count{route="/recommendations",method="GET",status="200"} 49
spillway_http_request_duration_seconds_count{route="/recommendations",method="GET",status="429"} 900
spillway_http_request_duration_seconds_count{route="/metrics",method="GET",status="200"} 3
`;
  expect(parseCounters(text)).toEqual({ personalized: 42, offered: 949, admittedPeakPerSec: 11 });
});

test("counters that do not exist yet are 0, and a gauge that does not exist is unknown", () => {
  expect(parseCounters("")).toEqual({ personalized: 0, offered: 0, admittedPeakPerSec: undefined });
});

function sample(atMs: number, personalized: number): CounterSample {
  const [askedMs, answeredMs] = [atMs - 10, atMs + 10];
  return { askedMs, answeredMs, personalized, offered: 0, admittedPeakPerSec: undefined };
}

test("between two polls a counter grows evenly, and outside of them not at all", () => {
  const samples = [sample(100, 4), sample(200, 8)];
  const at = (atMs: number): number => counterAt(samples, atMs, ({ personalized }) => personalized);
  expect([0, 100, 125, 200, 300].map(at)).toEqual([4, 4, 5, 8, 8]);
});
