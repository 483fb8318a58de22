/**
 * Answers `POST /serving-log`: stores the reports of the edge's isolates, and answers 202 once all valid ones
 * are stored.
 */
import { Hono } from "hono";
import { unpackServingReport, type ServingReport } from "@spillway/shared/protocol/serving-log.ts";
import type { Metrics } from "../monitoring/metrics.ts";
import type { IsolateVersions } from "../rollout/isolate-versions.ts";
import type { ServingLog } from "../serving-log/serving-log.ts";
import type { TimeBudget } from "../serving/gate/time-budget.ts";
import { isStorageUnavailable } from "@spillway/store/database.ts";
import { queueWrite } from "@spillway/store/write-queue.ts";
import { unsigned } from "./auth.ts";
import { readJson } from "./body.ts";
import { refuse, refuseFor, refuseForNow } from "./reply.ts";

const MAX_BODY_BYTES = 4 * 1024 * 1024;

export type ServingLogDeps = {
  readonly servingLog: Pick<ServingLog, "store">;
  readonly isolateVersions: Pick<IsolateVersions, "logged">;
  readonly metrics: Pick<Metrics, "servingReports" | "storageUnavailable">;
  readonly eventsBudget: TimeBudget;
  readonly nowMs: () => number;
  /** Gets each report once, when it is stored. */
  readonly onReport: (report: ServingReport) => void;
};

export function servingLogRoutes(deps: ServingLogDeps): Hono {
  const { servingLog, metrics, eventsBudget, nowMs, onReport } = deps;
  return new Hono().post("/serving-log", async (c) => {
    if (c.get("signedByEdge") === undefined) return unsigned(c);
    const body = await readJson(c, MAX_BODY_BYTES);
    if (body.kind === "refused") return refuseFor(c, body);
    const reports = reportsOf(body.value);
    if (reports === undefined) return refuse(c, 400, "reports must be an array");
    if (!eventsBudget.isLeft()) return refuseForNow(c);
    const counts = { stored: 0, duplicate: 0, invalid: 0 };
    try {
      for (const packed of reports) {
        const report = unpackServingReport(packed);
        if (report === undefined) counts.invalid += 1;
        else if (
          await queueWrite(() => eventsBudget.spend(() => servingLog.store(report, nowMs())), servingLog)
        ) {
          counts.stored += 1;
          deps.isolateVersions.logged(report.isolate, report.records, nowMs());
          onReport(report);
        } else counts.duplicate += 1;
      }
    } catch (error) {
      if (!isStorageUnavailable(error)) throw error;
      // Reports that are stored already are recognized when the edge sends them again.
      metrics.storageUnavailable.inc({ route: "/serving-log" });
      return refuseForNow(c);
    }
    for (const [outcome, count] of Object.entries(counts)) metrics.servingReports.inc({ outcome }, count);
    return c.json(counts, 202);
  });
}

function reportsOf(value: unknown): readonly unknown[] | undefined {
  const reports =
    typeof value === "object" && value !== null && "reports" in value ? value.reports : undefined;
  return Array.isArray(reports) ? reports : undefined;
}
