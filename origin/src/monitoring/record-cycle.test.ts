import { expect, test } from "vitest";
import type { FromPipeline } from "../pipeline/process/messages.ts";
import { createMetrics } from "./metrics.ts";
import { createPageAge } from "./page-age.ts";
import { judgedBy, recordCycle } from "./record-cycle.ts";

test("what the last day said of a new model is in the metrics, and a model that is not taken in the log", async () => {
  const metrics = createMetrics();
  const warnings: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: (text: string) => warnings.push(text),
    error: () => {},
  };
  const guard = { verdict: "stays", users: 240, inForce: 0.31, anew: 0.22, gainAtLeast: -0.1 };
  const report = { seconds: {}, refused: [], packsRefused: [], confirmed: [], guard };
  const message = { type: "done", report } as unknown as FromPipeline;
  recordCycle(message, { log, metrics, pageAge: createPageAge(1) });
  expect(judgedBy(message, 9)).toMatchObject({
    atMs: 9,
    ...guard,
    sentence: expect.stringMatching(/not taken.* 0\.2200 after 0\.3100/),
  });
  expect(judgedBy({ type: "done", report: { ...report, guard: undefined } } as never, 9)).toBeUndefined();
  const text = await metrics.registry.metrics();
  expect(text).toContain('spillway_model_verdicts_total{verdict="stays"} 1');
  expect(text).toContain('spillway_model_last_day_ndcg10{model="in-force"} 0.31');
  expect(text).toContain('spillway_model_last_day_ndcg10{model="new"} 0.22');
  expect(text).toContain("spillway_model_judged_users 240");
  expect(warnings).toEqual(["a new model is not taken; the one in force stays"]);
});
