/** What the edge alone reports: what it has served, and what its queues could not deliver. */
import { jsonSchema, problems, schemaRef } from "@spillway/shared/openapi/document.ts";
import { lettersSchema } from "../http/dead-letters.ts";
import { lettersTakenSchema, reportsTakenSchema } from "./answers.ts";
import { EDGE, PROOF, withHeaders, json, body, listOf, type DocumentPart } from "./parts.ts";

export const EDGE_REPORT_ROUTES: DocumentPart = {
  paths: {
    "/serving-log": {
      post: {
        operationId: "servingLog",
        summary: "What the edge's isolates have served.",
        security: EDGE,
        requestBody: body(listOf("reports", {})),
        responses: withHeaders(
          {
            "202": json("What became of the reports.", "ReportsTaken"),
            ...problems(400, 401, 413, 415, 503),
          },
          PROOF,
        ),
      },
    },
    "/dead-letters": {
      post: {
        operationId: "deadLetters",
        summary: "What the edge's queues could not deliver as events.",
        security: EDGE,
        requestBody: body(schemaRef("Letters")),
        responses: withHeaders(
          {
            "202": json("What became of the letters.", "LettersTaken"),
            ...problems(400, 401, 413, 415, 503),
          },
          PROOF,
        ),
      },
    },
  },
  schemas: {
    ReportsTaken: jsonSchema(reportsTakenSchema),
    Letters: jsonSchema(lettersSchema),
    LettersTaken: jsonSchema(lettersTakenSchema),
  },
};
