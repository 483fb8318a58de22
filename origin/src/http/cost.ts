/** Answers `GET /cost`: what the last day used, or a day before, at list prices. */
import { Hono } from "hono";
import type Sqlite from "better-sqlite3";
import { BENCH_PER_INSTANCE, costOf, type CostReport } from "@spillway/simulation/cost/cost.ts";
import { LIST_PRICES } from "@spillway/simulation/cost/prices.ts";
import { parseTimeMs } from "@spillway/shared/protocol/time.ts";
import type { Database } from "@spillway/store/database.ts";
import { readUsage } from "../cost/read-usage.ts";
import type { RoutingGate } from "../serving/gate/routing-gate.ts";
import { requireRole } from "./operators/require-role.ts";
import { refuseFor } from "./reply.ts";

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
  let kept: Kept | undefined;
  const measure = async (untilMs: number, atMs: number): Promise<CostReport> => {
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
    const day = c.req.query("day");
    const dayMs = day === undefined ? undefined : readDay(day);
    const wrong = day === undefined ? undefined : whatIsWrong(dayMs, atMs);
    if (wrong !== undefined) return refuseFor(c, { status: 400, key: "day", reason: wrong });
    if (kept === undefined || kept.day !== day || Math.abs(atMs - kept.atMs) >= KEPT_MS) {
      const untilMs = dayMs === undefined ? Math.ceil(atMs / MINUTE_MS) * MINUTE_MS : dayMs + DAY_MS;
      const report = measure(untilMs, atMs);
      kept = { day, atMs, report };
      // What could not be read is tried again by whoever asks next.
      report.catch(() => (kept = undefined));
    }
    c.header("Cache-Control", "no-store");
    return c.json(await kept.report);
  });
}

type Kept = {
  /** Undefined: the last 24 hours. */
  readonly day: string | undefined;
  readonly atMs: number;
  readonly report: Promise<CostReport>;
};

/** The beginning of a UTC day such as 2026-07-10; undefined for what is none. */
function readDay(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  return parseTimeMs(text);
}

function whatIsWrong(dayMs: number | undefined, atMs: number): string | undefined {
  if (dayMs === undefined) return "must be a day such as 2026-07-10";
  return dayMs + DAY_MS > atMs ? "is not over yet; without it the last 24 hours are told" : undefined;
}
