/** What clients and gateways call for pages and events. */
import { eventSchema, storedEventSchema } from "@spillway/shared/protocol/events.ts";
import { identifiedSchema, pageAnswerSchema } from "@spillway/shared/openapi/answers.ts";
import {
  jsonSchema,
  PAGE_PARAMETERS,
  pageResponses,
  problems,
  queryParameter,
  schemaRef,
  type JsonSchema,
} from "@spillway/shared/openapi/document.ts";
import { linkSchema, unlinkSchema } from "../http/identify.ts";
import { eventReceiptSchema } from "./answers.ts";
import {
  OPERATOR,
  EDGE,
  PROOF,
  TO_EDGE,
  TIMED,
  withHeaders,
  json,
  body,
  listOf,
  type DocumentPart,
} from "./parts.ts";

const EVENTS: JsonSchema = {
  anyOf: [
    listOf("events", { anyOf: [schemaRef("Event"), schemaRef("StoredEvent")] }),
    { type: "array", items: schemaRef("Event") },
  ],
};

export const PAGE_ROUTES: DocumentPart = {
  paths: {
    "/recommendations": {
      get: {
        operationId: "recommendations",
        summary: "With a user, an individual page; with a cluster alone, its stored page and no inference.",
        parameters: [
          ...PAGE_PARAMETERS,
          queryParameter("cluster", "Whose stored page is asked for.", {
            type: "string",
            pattern: "^[a-z0-9._-]{1,64}$",
          }),
        ],
        responses: {
          ...pageResponses(TO_EDGE),
          ...withHeaders(problems(400, 401, 404), TIMED),
          "429": {
            description: "To our edge, which has the page: the threshold is used up.",
            headers: TIMED,
          },
        },
      },
    },
    "/events": {
      post: {
        operationId: "events",
        summary: "Interaction events, from clients or from our edge's queue.",
        parameters: [queryParameter("user", "Whose events these are.", { type: "string" })],
        requestBody: body(EVENTS, "text/plain"),
        responses: withHeaders(
          {
            "202": json("The good events are stored.", "EventReceipt"),
            ...problems(400, 401, 413, 415, 503),
          },
          PROOF,
        ),
      },
    },
    "/identify": {
      post: {
        operationId: "identify",
        summary: "A visitor is this user from now on, and was.",
        security: [...OPERATOR, ...EDGE],
        "x-spillway-role": "operator",
        requestBody: body(schemaRef("Link"), "text/plain"),
        responses: withHeaders(
          { "200": json("What it did.", "Identified"), ...problems(400, 401, 403, 409, 413, 415, 503) },
          PROOF,
        ),
      },
      delete: {
        operationId: "unidentify",
        summary: "A visitor is this user no longer.",
        security: [...OPERATOR, ...EDGE],
        "x-spillway-role": "operator",
        requestBody: body(schemaRef("Unlink"), "text/plain"),
        responses: withHeaders(
          { "200": json("What it did.", "Identified"), ...problems(400, 401, 403, 413, 415, 503) },
          PROOF,
        ),
      },
    },
  },
  schemas: {
    Page: jsonSchema(pageAnswerSchema),
    Event: jsonSchema(eventSchema),
    StoredEvent: jsonSchema(storedEventSchema),
    EventReceipt: jsonSchema(eventReceiptSchema),
    Link: jsonSchema(linkSchema),
    Unlink: jsonSchema(unlinkSchema),
    Identified: jsonSchema(identifiedSchema),
  },
};
