/**
 * Answers `GET /reports`: coverage, traffic and engagement of chosen days, made outside of the serving
 * process. Who hangs up wants it no more.
 */
import { Hono, type Context } from "hono";
import { dayAhead } from "@spillway/analytics/coverage/local-day.ts";
import type { Issue } from "@spillway/shared/protocol/zod-issues.ts";
import type { OperatorStore } from "@spillway/store/operators/operator-store.ts";
import { REPORTS, type MadeReport, type ReportQuestion } from "../reports/messages.ts";
import type { ReportAnswer, ReportDesk } from "../reports/report-desk.ts";
import { requireRole } from "./operators/require-role.ts";
import { parametersOf } from "./parameters.ts";
import { refuse } from "./reply.ts";

export type ReportsDeps = {
  readonly reports: Pick<ReportDesk, "ask">;
  readonly operatorStore: Pick<OperatorStore, "routing">;
  readonly nowMs: () => number;
};

const FORMS = ["json", "jsonl", "html"] as const;
const MOST_DAYS = 92;
const RETRY_AFTER_S = "10";
/** So often something is said, lest a proxy between takes silence for the end. */
const TOLD_EVERY_MS = 10_000;

type Asked = {
  readonly question: ReportQuestion;
  readonly as: (typeof FORMS)[number];
  readonly isFresh: boolean;
};

export function reportsRoutes({ reports, operatorStore, nowMs }: ReportsDeps): Hono {
  return new Hono().get("/reports", requireRole("viewer"), async (c) => {
    const read = readAsked(c);
    if ("issues" in read) return refuse(c, 400, "there is no such report", read.issues);
    const { question, as, isFresh } = read;
    const timeZone = question.report === "engagement" ? "UTC" : await zoneOf(operatorStore);
    const ahead = question.day === undefined ? undefined : dayAhead(question.day, nowMs(), timeZone);
    if (ahead !== undefined)
      return refuse(c, 400, "there is no such report", [{ key: "day", reason: ahead }]);
    c.header("Cache-Control", "no-store");
    if (as === "jsonl") {
      c.header("Content-Type", "application/jsonl");
      // Of a proxy that gathers answers: https://nginx.org/en/docs/http/ngx_http_proxy_module.html
      c.header("X-Accel-Buffering", "no");
      return c.body(lines(reports, question, isFresh));
    }
    const answer = await reports.ask(question, {
      signal: c.req.raw.signal,
      onProgress: () => undefined,
      isFresh,
    });
    if (answer.kind !== "done") {
      c.header("Retry-After", RETRY_AFTER_S);
      return refuse(c, 503, `${reasonOf(answer)}; try again`);
    }
    return as === "html" ? download(c, answer.result) : c.json(answer.result);
  });
}

function readAsked(c: Context): Asked | { readonly issues: readonly Issue[] } {
  const parameters = parametersOf(c);
  const issues: Issue[] = [];
  const oneOf = <Known extends string>(key: string, known: readonly Known[], text: string | null) => {
    const found = known.find((one) => one === text);
    if (found === undefined) issues.push({ key, reason: `must be one of ${known.join(", ")}` });
    return found;
  };
  const report = oneOf("report", REPORTS, parameters.get("report"));
  const as = oneOf("format", FORMS, parameters.get("format") ?? "json");
  const day = parameters.get("day") ?? undefined;
  if (day !== undefined && !isDay(day))
    issues.push({ key: "day", reason: "must be a day such as 2026-11-28" });
  const days = parameters.get("days") ?? undefined;
  if (days !== undefined && (report === "coverage" || !/^[1-9]\d?$/.test(days) || Number(days) > MOST_DAYS))
    issues.push({
      key: "days",
      reason: report === "coverage" ? "coverage is of one day" : `must be a number from 1 to ${MOST_DAYS}`,
    });
  if (report === undefined || as === undefined || issues.length > 0) return { issues };
  const form = as === "html" ? "html" : "view";
  const question = { report, day, days: days === undefined ? undefined : Number(days), form } as const;
  return { question, as, isFresh: parameters.get("fresh") !== null };
}

async function zoneOf({ routing }: ReportsDeps["operatorStore"]): Promise<string> {
  return (await routing.current())?.value.routing.time_zone ?? "UTC";
}

/** Of this millennium: nothing was recorded before. */
function isDay(text: string): boolean {
  if (!/^[2-9]\d{3}-\d\d-\d\d$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** A line of JSON for each progress, and a last one with the report, or why there is none. */
function lines(
  reports: Pick<ReportDesk, "ask">,
  question: ReportQuestion,
  isFresh: boolean,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const encoder = new TextEncoder();
  let repeating: ReturnType<typeof setInterval> | undefined;
  return new ReadableStream({
    start: (stream) => {
      let last: object = { kind: "computing" };
      const say = (line: object): void => {
        last = line;
        if (!gone.signal.aborted) stream.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      };
      repeating = setInterval(() => say(last), TOLD_EVERY_MS);
      void reports.ask(question, { signal: gone.signal, onProgress: say, isFresh }).then((answer) => {
        clearInterval(repeating);
        if (gone.signal.aborted) return;
        say(
          answer.kind === "done"
            ? { kind: "done", report: answer.result }
            : { kind: "failed", reason: reasonOf(answer) },
        );
        stream.close();
      });
    },
    cancel: () => {
      clearInterval(repeating);
      gone.abort();
    },
  });
}

function reasonOf(answer: Exclude<ReportAnswer, { kind: "done" }>): string {
  if (answer.kind === "failed") return `the report failed: ${answer.reason}`;
  return answer.kind === "busy" ? "too many reports are asked for at once" : "the report was given up";
}

function download(c: Context, { report, from, day, html = "" }: MadeReport): Response {
  const name = `spillway-${report}-${from === day ? day : `${from}-to-${day}`}.html`;
  c.header("Content-Disposition", `attachment; filename="${name}"`);
  // It is opened from where it was saved; here it would stand beside the session.
  c.header("Content-Security-Policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'");
  c.header("X-Content-Type-Options", "nosniff");
  return c.html(html);
}
