/** Records the report of a refresh cycle in the metrics and in the log. */
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { PageAge } from "./page-age.ts";
import { guardText, type Guard } from "@spillway/model/trainers/guard.ts";
import type { NowModel } from "@spillway/shared/protocol/now-state.ts";
import type { ViewerMapReport } from "@spillway/store/profiles/viewer-map.ts";
import type { SampleReport } from "../sample/keep-folding.ts";
import type { FromPipeline } from "../pipeline/process/messages.ts";

export function recordCycle(
  message: FromPipeline,
  { log, metrics, pageAge }: { log: Log; metrics: Metrics; pageAge: PageAge },
): void {
  if (message.type === "progress") return;
  if (message.type === "viewers") {
    recordViewers(message.report, { log, metrics });
    return;
  }
  if (message.type === "sample") {
    recordSample(message.report, { log, metrics });
    return;
  }
  if (message.type === "failed") {
    metrics.cycles.inc({ state: "failed" });
    log.error("a refresh cycle failed; what is published stays", {
      reason: message.reason,
      error: message.error,
    });
    return;
  }
  metrics.cycles.inc({ state: "done" });
  metrics.cycleEndedSeconds.set(Date.now() / 1000);
  metrics.eventsFolded.inc(message.report.eventsFolded);
  for (const [stage, seconds] of Object.entries(message.report.seconds))
    metrics.cycleSeconds.set({ stage }, seconds);
  const { pagesBuilt, pagesChanged, pagesKept, pagesWritten, indexWritten, keysRetired, packsWritten } =
    message.report;
  metrics.cyclePages.inc({ outcome: "changed" }, pagesChanged);
  metrics.cyclePages.inc({ outcome: "kept" }, pagesKept);
  metrics.cyclePages.inc({ outcome: "current" }, pagesBuilt - pagesChanged - pagesKept);
  for (const { key, reason } of [...message.report.refused, ...message.report.packsRefused]) {
    metrics.documentsRefused.inc({ document: key.startsWith("page:") ? "page" : key });
    log.error("a document can't be published", { document: key, reason });
  }
  metrics.kvWrites.inc(pagesWritten + (indexWritten ? 1 : 0) + keysRetired + packsWritten);
  const { clustersDifferent = 0 } = message.report;
  metrics.clustersDifferent.inc(clustersDifferent);
  if (clustersDifferent > 0) {
    log.error("sums over the audience were not those of a pass over everybody, and are now", {
      clustersDifferent,
    });
  }
  if (message.report.guard !== undefined) recordGuard(message.report.guard, { log, metrics });
  pageAge.update(message.report.confirmed);
  log.info("a refresh cycle is done", message.report);
}

/** What *Now* shows of it; undefined where the cycle has judged no model. */
export function judgedBy(message: FromPipeline, atMs: number): NowModel | undefined {
  if (message.type !== "done" || message.report.guard === undefined) return undefined;
  const { guard } = message.report;
  return { atMs, ...guard, sentence: guardText(guard) };
}

function recordGuard(guard: Guard, { log, metrics }: { log: Log; metrics: Metrics }): void {
  const { verdict, users, inForce, anew } = guard;
  metrics.modelVerdicts.inc({ verdict });
  metrics.modelJudgedUsers.set(users);
  metrics.modelQuality.set({ model: "in-force" }, inForce);
  metrics.modelQuality.set({ model: "new" }, anew);
  if (verdict === "stays") log.warn("a new model is not taken; the one in force stays", guard);
}

/** The figures are those of the newest day. */
function recordSample(report: SampleReport, { log, metrics }: { log: Log; metrics: Metrics }): void {
  if (report.kind === "failed") {
    log.error("the sample can't be folded; what is pending waits", { error: report.error });
    return;
  }
  const newest = report.days.at(-1);
  if (newest === undefined) return;
  const { pending, tuples, folded, withheld } = newest;
  metrics.sampleDay.set({ state: "pending" }, pending);
  metrics.sampleDay.set({ state: "stored" }, tuples);
  metrics.sampleDay.set({ state: "folded" }, folded);
  metrics.sampleWithheld.set(withheld);
  log.debug("the sample is folded", { days: report.days });
}

function recordViewers(report: ViewerMapReport, { log, metrics }: { log: Log; metrics: Metrics }): void {
  metrics.viewerMapUsers.set(report.users);
  metrics.viewerMapShards.set(report.shards);
  metrics.viewerMapBytes.set(report.bytes);
  metrics.viewerMapEndedSeconds.set(report.endedMs / 1000);
  metrics.viewerTitlesDropped.inc(report.titlesDropped);
  metrics.kvWrites.inc(report.writes);
  log.info("the viewer map is written", report);
}
