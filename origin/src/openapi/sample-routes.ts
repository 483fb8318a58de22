/** The sample of decisions: given out and taken in. */
import { jsonSchema, problems, queryParameter, type JsonSchema } from "@spillway/shared/openapi/document.ts";
import { sampleDaysSchema } from "./sample-answer.ts";
import { needs, NOTE, TEXT, json, type DocumentPart } from "./parts.ts";

/** A day, or an instant with its offset. */
const TIME_OF_SAMPLE: JsonSchema = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\d(?:T[\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d))?$",
};

export const SAMPLE_ROUTES: DocumentPart = {
  paths: {
    "/sample": {
      get: {
        operationId: "sample",
        summary: "The sample of decisions, in which nobody can be recognised: one tuple a line.",
        ...needs("viewer"),
        parameters: [
          queryParameter(
            "from",
            "A UTC day or an instant; without it, all since the first day.",
            TIME_OF_SAMPLE,
          ),
          queryParameter("until", "Before this day or instant; without it, all until now.", TIME_OF_SAMPLE),
        ],
        responses: {
          "200": {
            description: "JSONL.",
            content: { "application/jsonl": { schema: TEXT } },
            headers: { "Cache-Control": { description: "Nothing is kept.", schema: TEXT } },
          },
          ...problems(400, 401),
        },
      },
      post: {
        operationId: "importSample",
        summary: "Takes in what another origin has given out: all of it, or nothing.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: {
          required: true,
          content: Object.fromEntries(
            ["application/jsonl", "application/x-ndjson", "text/plain"].map((type) => [
              type,
              { schema: TEXT },
            ]),
          ),
        },
        responses: {
          "201": json("The days that were stored.", "SampleDays"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/sample/days": {
      get: {
        operationId: "sampleDays",
        summary: "Which days of the sample there are.",
        ...needs("viewer"),
        responses: { "200": json("Oldest first.", "SampleDays"), ...problems(401) },
      },
    },
  },
  schemas: {
    SampleDays: jsonSchema(sampleDaysSchema),
  },
};
