/** Visits in an access log: pages that browsers asked for, each named by its URL. */
import type { LogFormat } from "@spillway/analytics/logs/formats.ts";
import type { LogRequest } from "@spillway/analytics/logs/log-request.ts";
import { readLines } from "@spillway/analytics/logs/read-lines.ts";
import { createCategoryReader, MEDIA_CATEGORY } from "@spillway/analytics/logs/request-category.ts";
import { reasonOf } from "@spillway/kit/reason-of.ts";
import { sourceBytes } from "@spillway/kit/tabular/source.ts";
import { isRobotAgent } from "@spillway/shared/signals/robot-agent.ts";
import type { VisitSink } from "./visit-sink.ts";
import { visitSignals } from "./visit-signals.ts";

/** A page was shown, anew or from the browser's cache. */
const SHOWN = /^(?:2\d\d|304)$/;

export async function readLogVisits(
  path: string,
  format: LogFormat,
  sink: VisitSink,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const parse = format.createParser();
  const categoryOf = createCategoryReader();
  const { findings } = sink;
  const line = (text: string, number: number): void => {
    if (text.trim() === "") return;
    const parsed = parse(text);
    if (parsed.kind === "request") takeRequest(parsed, sink, categoryOf);
    else if (parsed.kind === "bad") findings.bad(number, parsed.reason);
    else if (parsed.why !== undefined) findings.leave(parsed.why);
  };
  let lines = 0;
  try {
    await readLines(sourceBytes(path, onBytes), {
      line: (text, number) => line(text, (lines = number)),
      tooLong: (number) => findings.bad(number, "the line has more than a million characters"),
      last: line,
    });
  } catch (error) {
    findings.ends(lines + 1, `the file cannot be read on from about here: ${reasonOf(error)}`);
  }
}

function takeRequest(
  { timeS, method, path, query, status, agent, referrer = "", cookies = "" }: LogRequest,
  { table, findings, itemOf, ownHosts }: VisitSink,
  categoryOf: ReturnType<typeof createCategoryReader>,
): void {
  if (method !== "GET") return findings.leave("requests that are no GET");
  const category = categoryOf(path, query);
  if (category === undefined || category === MEDIA_CATEGORY) return findings.leave("static files and media");
  if (isRobotAgent(agent)) return findings.leave("visits of robots");
  if (status !== undefined && !SHOWN.test(String(status))) return findings.leave("redirects and errors");
  const item = itemOf(path, query);
  if (item === undefined) return findings.leave("visits whose URL names no item");
  const url = query === "" ? path : `${path}?${query}`;
  const request = { url, referrer, agent, country: "", cookies };
  table.add(timeS, item, visitSignals(request, {}, ownHosts));
}
