/** Reports of what has been, and rehearsals of what may come. */
import {
  jsonContent,
  jsonSchema,
  problems,
  queryParameter,
  type HeaderObject,
} from "@spillway/shared/openapi/document.ts";
import { rehearsalSchema } from "@spillway/simulation/rehearsal/parameters.ts";
import { cancelRehearsalSchema } from "../http/rehearsals.ts";
import { REPORTS } from "../reports/messages.ts";
import { body, json, needs, TEXT, type DocumentPart } from "./parts.ts";
import {
  cancelledSchema,
  rehearsalResultSchema,
  rehearsalsSchema,
  reportSchema,
  startedRehearsalSchema,
} from "./report-answer.ts";

const NOTHING_KEPT: Readonly<Record<string, HeaderObject>> = {
  "Cache-Control": { description: "Nothing is kept.", schema: TEXT },
};

export const REPORT_ROUTES: DocumentPart = {
  paths: {
    "/reports": {
      get: {
        operationId: "report",
        summary:
          "Coverage, traffic or engagement of chosen days, with the figures of `spillway report`. It is made in a process of its own, and ended when the caller hangs up.",
        ...needs("viewer"),
        parameters: [
          { ...queryParameter("report", "Which one.", { enum: REPORTS }), required: true },
          queryParameter(
            "day",
            "The last day, in the time zone of the routing (engagement: UTC). Without it, yesterday, or the nearest day that the serving log has.",
            { type: "string", format: "date" },
          ),
          queryParameter("days", "How many days: 30 for traffic, 7 for engagement. Coverage is of one.", {
            type: "integer",
            minimum: 1,
            maximum: 92,
          }),
          queryParameter(
            "format",
            "`jsonl`: lines with the progress, `{kind: waiting | computing, done, total}`, and last `{kind: done, report}` or `{kind: failed, reason}`. `html`: a file with charts.",
            { enum: ["json", "jsonl", "html"] },
          ),
          queryParameter(
            "fresh",
            "Even if a report of these days, which are over, was made in the last hour.",
            TEXT,
          ),
        ],
        responses: {
          "200": {
            description: "The report: texts, tables and what charts show.",
            content: {
              ...jsonContent("Report"),
              "application/jsonl": { schema: TEXT },
              "text/html": { schema: TEXT },
            },
            headers: {
              ...NOTHING_KEPT,
              "X-Accel-Buffering": { description: "With `jsonl`: a proxy sends on each line.", schema: TEXT },
              "Content-Disposition": { description: "With `html`: the file's name.", schema: TEXT },
              "Content-Security-Policy": { description: "With `html`: nothing may run.", schema: TEXT },
            },
          },
          ...problems(400, 401, 503),
        },
      },
    },
    "/rehearsals": {
      get: {
        operationId: "rehearsals",
        summary: "The last rehearsals since this origin started, the newest first.",
        ...needs("viewer"),
        responses: {
          "200": { ...json("How far each is.", "Rehearsals"), headers: NOTHING_KEPT },
          ...problems(401),
        },
      },
      post: {
        operationId: "rehearse",
        summary:
          "Plays a spike in virtual time, in a process of its own, as `pnpm rehearse` does. One at a time, of 30 million requests at most.",
        ...needs("operator"),
        requestBody: body(jsonSchema(rehearsalSchema), "text/plain"),
        responses: {
          "202": json("It is played.", "Rehearsal"),
          ...problems(400, 401, 403, 413, 415, 503),
        },
      },
    },
    "/rehearsals/result": {
      get: {
        operationId: "rehearsal",
        summary: "How far a rehearsal is, and what came of it.",
        ...needs("viewer"),
        parameters: [{ ...queryParameter("id", "Which one.", TEXT), required: true }],
        responses: {
          "200": { ...json("With `view` once it is over.", "RehearsalResult"), headers: NOTHING_KEPT },
          ...problems(400, 401, 404),
        },
      },
    },
    "/rehearsals/cancel": {
      post: {
        operationId: "cancelRehearsal",
        summary: "Ends the rehearsal that is played.",
        ...needs("operator"),
        requestBody: body(jsonSchema(cancelRehearsalSchema), "text/plain"),
        responses: {
          "200": json("It is played no more.", "Cancelled"),
          ...problems(400, 401, 403, 404, 413, 415),
        },
      },
    },
  },
  schemas: {
    Report: jsonSchema(reportSchema),
    Rehearsal: jsonSchema(startedRehearsalSchema),
    Rehearsals: jsonSchema(rehearsalsSchema),
    RehearsalResult: jsonSchema(rehearsalResultSchema),
    Cancelled: jsonSchema(cancelledSchema),
  },
};
