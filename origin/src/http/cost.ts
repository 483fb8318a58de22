/** Answers `GET /cost`: what the last day used, at list prices. */
import { Hono } from "hono";
import type Sqlite from "better-sqlite3";
import { BENCH_PER_INSTANCE, costOf, type CostReport } from "@spillway/simulation/cost/cost.ts";
import { LIST_PRICES } from "@spillway/simulation/cost/prices.ts";
import type { Database } from "@spillway/store/database.ts";
import { readUsage } from "../cost/read-usage.ts";
import type { RoutingGate } from "../serving/gate/routing-gate.ts";
import { requireRole } from "./operators/require-role.ts";

export type CostRoutesDeps = {
  readonly database: Database;
  readonly servingLog: { readonly sqlite: Sqlite.Database };
  readonly gate: Pick<RoutingGate, "routing">;
  readonly nowMs: () => number;
};

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const DAYS = 30;
/** A day of the serving log may be hundreds of megabytes: it is read once for all who ask in this time. */
const KEPT_MS = 10 * MINUTE_MS;

export function costRoutes({ database, servingLog, gate, nowMs }: CostRoutesDeps): Hono {
  let kept: { readonly atMs: number; readonly report: Promise<CostReport> } | undefined;
  const measure = async (atMs: number): Promise<CostReport> => {
    const untilMs = Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;
    const usage = await readUsage(
      { servingLog: servingLog.sqlite, database },
      { fromMs: untilMs - DAY_MS, untilMs, nowMs: atMs },
    );
    const routing = gate.routing();
    return costOf(usage, {
      prices: LIST_PRICES,
      days: DAYS,
      extrapolates: true,
      cpuMs: undefined,
      kvReads: undefined,
      perInstance: BENCH_PER_INSTANCE,
      thresholdAt: (ms) => routing.bandAt(ms).threshold_per_s,
    });
  };
  return new Hono().get("/cost", requireRole("viewer"), async (c) => {
    const atMs = nowMs();
    if (kept === undefined || Math.abs(atMs - kept.atMs) >= KEPT_MS) {
      const report = measure(atMs);
      kept = { atMs, report };
      // What could not be read is tried again by whoever asks next.
      report.catch(() => (kept = undefined));
    }
    c.header("Cache-Control", "no-store");
    return c.json(await kept.report);
  });
}
