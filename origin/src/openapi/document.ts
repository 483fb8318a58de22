/** The origin's HTTP API as an OpenAPI document, served at `/openapi.json`. */
import type { Role } from "@spillway/shared/operators/role.ts";
import { pinsSchema } from "@spillway/shared/protocol/editorial.ts";
import { eventSchema, storedEventSchema } from "@spillway/shared/protocol/events.ts";
import { identifiedSchema, pageAnswerSchema } from "@spillway/shared/openapi/answers.ts";
import {
  API_VERSION,
  jsonContent,
  jsonSchema,
  OPENAPI_OPERATION,
  PAGE_PARAMETERS,
  pageResponses,
  PROBLEM,
  problems,
  queryParameter,
  schemaRef,
  type HeaderObject,
  type JsonSchema,
  type OpenApiDocument,
  type OperationObject,
  type ResponseObject,
} from "@spillway/shared/openapi/document.ts";
import { routingFileSchema } from "@spillway/shared/routing/file/routing-file.ts";
import * as z from "zod/mini";
import { rolloutAnswerSchema } from "@spillway/shared/protocol/rollout-status.ts";
import { patchSchema } from "../http/catalogue.ts";
import { cancelledDraftSchema, newDraftSchema } from "../http/editorial-drafts.ts";
import { previewSchema } from "../http/editorial-preview.ts";
import { lettersSchema } from "../http/dead-letters.ts";
import { linkSchema, unlinkSchema } from "../http/identify.ts";
import { signInSchema } from "../http/operators/session.ts";
import { newTokenSchema, revokedTokenSchema } from "../http/operators/tokens.ts";
import { modeOverrideRequestSchema } from "../http/routing-mode.ts";
import { rollbackSchema } from "../http/routing.ts";
import { sampleDaysSchema } from "./sample-answer.ts";
import { costSchema } from "./cost-answer.ts";
import { nowStateSchema, routingModeSchema } from "./now-answer.ts";
import {
  addedDraftSchema,
  auditSchema,
  catalogueChangeSchema,
  checkedPinsSchema,
  checkedRoutingSchema,
  pushedFileSchema,
  routingVersionsSchema,
  createdTokenSchema,
  currentRoutingSchema,
  draftSchema,
  draftsSchema,
  dryRunBasisSchema,
  dryRunSchema,
  eventReceiptSchema,
  healthSchema,
  lettersTakenSchema,
  pinReportSchema,
  previewAnswerSchema,
  pushedRoutingSchema,
  reportsTakenSchema,
  signedInSchema,
  tokenSchema,
  tokensSchema,
} from "./answers.ts";

const OPERATOR = [{ operatorToken: [] }, { consoleSession: [] }];
const EDGE = [{ edgeSignature: [] }];

/** Who may call a route: an operator of at least this role. */
function needs(role: Role): Pick<OperationObject, "security" | "x-spillway-role"> {
  return { security: OPERATOR, "x-spillway-role": role };
}

const NOTE = queryParameter("note", "Why, for the audit log.", { type: "string", maxLength: 500 });
const EXPECT = queryParameter(
  "expect",
  "The version that the change was made from. 409 when it is not the newest.",
  { type: "integer", minimum: 0 },
);

const TEXT: JsonSchema = { type: "string" };

/** The headers of every answer to a request that our edge has signed. */
const PROOF: Readonly<Record<string, HeaderObject>> = {
  "Signature-Input": {
    description:
      "To our edge: what the origin's signature covers (RFC 9421), the request's signature included.",
    schema: TEXT,
  },
  Signature: { description: "To our edge: the origin's signature (RFC 9421).", schema: TEXT },
  "Content-Digest": { description: "To our edge: the body's SHA-256 (RFC 9530).", schema: TEXT },
  "Spillway-Instance": {
    description:
      "To our edge, with 401: the process that a signature has to name. The edge signs the request once more.",
    schema: TEXT,
  },
  "Spillway-Rollout": {
    description: "To our edge: a rollout that ended without becoming the routing in force, `r13;aborted`.",
    schema: TEXT,
  },
};

const TO_EDGE: Readonly<Record<string, HeaderObject>> = {
  ...PROOF,
  "Spillway-Credit": {
    description: "To our edge: how many requests its isolate may forward.",
    schema: TEXT,
  },
  "Spillway-Viewer": {
    description:
      "To our edge, with an individual page: the user's viewer state in base64url, for the viewer cookie.",
    schema: { type: "string", pattern: "^[A-Za-z0-9_-]+$" },
  },
};

const TIMED: Readonly<Record<string, HeaderObject>> = {
  ...TO_EDGE,
  "Server-Timing": {
    description: "Milliseconds at the origin.",
    schema: { type: "string", pattern: "^origin;dur=[0-9.]+$" },
  },
};

/** Adds headers to each of the responses. */
function withHeaders(
  responses: Readonly<Record<string, ResponseObject>>,
  more: Readonly<Record<string, HeaderObject>>,
): Record<string, ResponseObject> {
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      { ...response, headers: { ...response.headers, ...more } },
    ]),
  );
}

function json(description: string, schema: string): ResponseObject {
  return { description, content: jsonContent(schema) };
}

function body(schema: JsonSchema, ...more: readonly string[]): NonNullable<OperationObject["requestBody"]> {
  const content = ["application/json", ...more].map((type) => [type, { schema }] as const);
  return { required: true, content: Object.fromEntries(content) };
}

function listOf(key: string, items: JsonSchema): JsonSchema {
  return { type: "object", required: [key], properties: { [key]: { type: "array", items } } };
}

const EVENTS: JsonSchema = {
  anyOf: [
    listOf("events", { anyOf: [schemaRef("Event"), schemaRef("StoredEvent")] }),
    { type: "array", items: schemaRef("Event") },
  ],
};

const ROUTING_FILE: NonNullable<OperationObject["requestBody"]> = {
  required: true,
  content: {
    "application/toml": { schema: { type: "string" } },
    "text/plain": { schema: { type: "string" } },
    "application/json": { schema: schemaRef("Routing") },
  },
};

/** A day, or an instant with its offset. */
const TIME_OF_SAMPLE: JsonSchema = {
  type: "string",
  pattern: "^\\d{4}-\\d\\d-\\d\\d(?:T[\\d:.]+(?:Z|[+-]\\d\\d:\\d\\d))?$",
};

export const ORIGIN_DOCUMENT: OpenApiDocument = {
  openapi: "3.1.1",
  info: {
    title: "Spillway origin",
    version: API_VERSION,
    description:
      "Individual pages below the threshold, stored pages for gateways, and what operators, editors and the edge call. Where the origin does not listen on loopback, every route but /health and /openapi.json needs a token or the edge's signature. On loopback it answers 421 under a host name that is not its own, and 403 to what another site's page posts.",
  },
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
    "/editorial/pins": {
      get: {
        operationId: "pins",
        summary: "The editors' pins, which of them are active now, and what is wrong with them.",
        ...needs("viewer"),
        parameters: [
          queryParameter("reach", "With how many requests each pin is for, estimated from the sample.", {
            type: "string",
          }),
        ],
        responses: { "200": json("All pins.", "PinReport"), ...problems(401) },
      },
      put: {
        operationId: "putPins",
        summary: "Replaces all pins.",
        ...needs("editor"),
        parameters: [EXPECT, NOTE],
        requestBody: body(schemaRef("Pins"), "text/plain"),
        responses: { "200": json("All pins.", "PinReport"), ...problems(400, 401, 403, 409, 413, 415, 503) },
      },
    },
    "/editorial/pins/check": {
      post: {
        operationId: "checkPins",
        summary: "Checks pins as a put would, says what would be other than now, and changes nothing.",
        ...needs("viewer"),
        requestBody: body(schemaRef("Pins"), "text/plain"),
        responses: {
          "200": json("Conflicts, difference and reach.", "CheckedPins"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/editorial/preview": {
      post: {
        operationId: "previewPins",
        summary: "What an audience would see with these pins, or those in force, at a time.",
        ...needs("viewer"),
        requestBody: body(schemaRef("PreviewOf"), "text/plain"),
        responses: {
          "200": json("The page, and why each pin is on it or not.", "Preview"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/editorial/drafts": {
      get: {
        operationId: "drafts",
        summary: "Pins that are to replace the set at a time: those that wait, then the newest others.",
        ...needs("viewer"),
        responses: { "200": json("The drafts.", "Drafts"), ...problems(401) },
      },
      post: {
        operationId: "addDraft",
        summary: "Pins for later: the origin publishes them at their start.",
        ...needs("editor"),
        parameters: [NOTE],
        requestBody: body(schemaRef("NewDraft"), "text/plain"),
        responses: {
          "201": json("The draft, and what will be wrong at its start.", "AddedDraft"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/editorial/drafts/cancel": {
      post: {
        operationId: "cancelDraft",
        summary: "A draft is not published.",
        ...needs("editor"),
        parameters: [NOTE],
        requestBody: body(schemaRef("CancelledDraft"), "text/plain"),
        responses: {
          "200": json("The draft.", "Draft"),
          ...problems(400, 401, 403, 404, 409, 413, 415, 503),
        },
      },
    },
    "/catalogue": {
      patch: {
        operationId: "patchCatalogue",
        summary: "New items, changed ones, takedowns: all or nothing.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: body(schemaRef("CataloguePatch"), "text/plain"),
        responses: {
          "200": json("How many items changed.", "CatalogueChange"),
          ...problems(400, 401, 403, 413, 415, 503),
        },
      },
    },
    "/routing": {
      get: {
        operationId: "routing",
        summary: "The routing in force.",
        ...needs("viewer"),
        responses: { "200": json("The newest version.", "CurrentRouting"), ...problems(401, 404) },
      },
      put: {
        operationId: "putRouting",
        summary: "Pushes a new version: stored, obeyed by the gate at once, published to the edge.",
        ...needs("operator"),
        parameters: [
          queryParameter("file", "The file's name, for messages.", { type: "string" }),
          EXPECT,
          NOTE,
          queryParameter(
            "stages",
            "Begins a rollout instead: percentages of the visitors that grow and end with 100, such as `1,5,25,100`.",
            { type: "string" },
          ),
          queryParameter("every", "How long a stage holds at least: `2m` to `168h`; `10m` by default.", {
            type: "string",
            pattern: "^[0-9]{1,6}[smh]$",
          }),
          queryParameter(
            "guard",
            "A limit that aborts the rollout when it is breached, such as `generic share < 5%`; may be repeated. Without any, the default guards hold.",
            { type: "string" },
          ),
        ],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("The new version; with `stages`, the rollout.", "PushedOrStaged"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/routing/check": {
      post: {
        operationId: "checkRouting",
        summary: "Checks a file as a push would, its clusters against the index, and changes nothing.",
        ...needs("viewer"),
        parameters: [queryParameter("file", "The file's name, for messages.", { type: "string" })],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("The file is valid.", "CheckedRouting"),
          ...problems(400, 401, 413, 415),
        },
      },
    },
    "/routing/versions": {
      get: {
        operationId: "listRouting",
        summary: "The newest 50 versions that were pushed, newest first.",
        ...needs("viewer"),
        responses: { "200": json("The versions.", "RoutingVersions"), ...problems(401) },
      },
    },
    "/routing/file": {
      get: {
        operationId: "routingFile",
        summary: "The file of one version, as it was pushed.",
        ...needs("viewer"),
        parameters: [queryParameter("version", "Its number.", { type: "integer", minimum: 1 })],
        responses: { "200": json("The version.", "PushedFile"), ...problems(401, 404) },
      },
    },
    "/routing/basis": {
      get: {
        operationId: "dryRunBasis",
        summary: "What a dry run elsewhere compares with: the rules in force, and the cluster index.",
        ...needs("viewer"),
        responses: { "200": json("As far as there are any.", "DryRunBasis"), ...problems(401) },
      },
    },
    "/routing/try": {
      post: {
        operationId: "tryRouting",
        summary: "Replays the sample through a file and through the rules in force; nothing changes.",
        ...needs("viewer"),
        parameters: [
          queryParameter("file", "The file's name, for messages.", { type: "string" }),
          queryParameter("at", "As if all requests came at that minute.", {
            type: "string",
            format: "date-time",
          }),
        ],
        requestBody: ROUTING_FILE,
        responses: {
          "200": json("What would change.", "DryRun"),
          ...problems(400, 401, 413, 415, 503),
        },
      },
    },
    "/routing/rollback": {
      post: {
        operationId: "rollbackRouting",
        summary: "Pushes an earlier version again: the one before, or the one named.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: { required: false, content: { "application/json": { schema: schemaRef("Rollback") } } },
        responses: {
          "200": json("The new version.", "PushedRouting"),
          ...problems(400, 401, 403, 404, 409, 413, 415, 503),
        },
      },
    },
    "/routing/rollout": {
      get: {
        operationId: "rollout",
        summary: "The rollout that is on, or the one that ended last.",
        ...needs("viewer"),
        responses: { "200": json("The rollout; null before the first.", "Rollout"), ...problems(401) },
      },
    },
    "/routing/rollout/abort": {
      post: {
        operationId: "abortRollout",
        summary: "Aborts the rollout: everybody obeys the current version again, ahead of KV.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The rollout.", "Rollout"), ...problems(400, 401, 403, 409) },
      },
    },
    "/routing/rollout/promote": {
      post: {
        operationId: "promoteRollout",
        summary: "Announces the next stage, without waiting for its time and for guards that are undecided.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The rollout.", "Rollout"), ...problems(400, 401, 403, 409, 503) },
      },
    },
    "/console/session": {
      get: {
        operationId: "session",
        summary: "Who has signed in to the console.",
        ...needs("viewer"),
        responses: { "200": json("The operator.", "SignedIn"), ...problems(401) },
      },
      post: {
        operationId: "signIn",
        summary: "Signs in with a token: a fresh session each time, and the one before ends.",
        requestBody: body(schemaRef("SignIn")),
        responses: {
          "200": {
            ...json("The operator.", "SignedIn"),
            headers: {
              "Set-Cookie": {
                description:
                  "`__Host-spillway_console`: the session, `HttpOnly; Secure; SameSite=Strict; Path=/`. What changes something by it needs the header `Spillway-Console` and a page of this host.",
                required: true,
                schema: { type: "string", pattern: "^__Host-spillway_console=" },
              },
            },
          },
          ...problems(400, 401, 403, 413, 415, 429),
        },
      },
      delete: {
        operationId: "signOut",
        summary: "Ends the session.",
        ...needs("viewer"),
        responses: {
          "204": {
            description: "Signed out.",
            headers: {
              "Set-Cookie": {
                description: "Takes the cookie away.",
                required: true,
                schema: { type: "string", pattern: "^__Host-spillway_console=; Max-Age=0" },
              },
            },
          },
          ...problems(401, 403),
        },
      },
    },
    "/tokens": {
      get: {
        operationId: "tokens",
        summary: "The operators' tokens, the revoked ones too; never a secret.",
        ...needs("admin"),
        responses: { "200": json("All tokens, the newest first.", "Tokens"), ...problems(401, 403) },
      },
      post: {
        operationId: "createToken",
        summary: "Makes a token, and tells it this once.",
        ...needs("admin"),
        parameters: [NOTE],
        requestBody: body(schemaRef("NewToken")),
        responses: {
          "201": json("The token.", "CreatedToken"),
          ...problems(400, 401, 403, 409, 413, 415, 503),
        },
      },
    },
    "/tokens/revoke": {
      post: {
        operationId: "revokeToken",
        summary: "Makes a token void, and ends its sessions.",
        ...needs("admin"),
        parameters: [NOTE],
        requestBody: body(schemaRef("RevokedToken")),
        responses: {
          "200": json("The token that was.", "Token"),
          ...problems(400, 401, 403, 404, 413, 415, 503),
        },
      },
    },
    "/audit": {
      get: {
        operationId: "audit",
        summary: "Who changed what, why and from where: newest first.",
        ...needs("viewer"),
        parameters: [
          queryParameter("since", "Inclusive.", { type: "string", format: "date-time" }),
          queryParameter("until", "Exclusive.", { type: "string", format: "date-time" }),
          queryParameter("kind", "An action, or the part of it before the dot.", { type: "string" }),
          queryParameter("by", "Whose token.", { type: "string" }),
          queryParameter("before", "Only entries before this `seq`: the next page.", {
            type: "integer",
            minimum: 1,
          }),
          queryParameter("limit", "Default 100.", { type: "integer", minimum: 1, maximum: 1000 }),
        ],
        responses: { "200": json("The entries.", "Audit"), ...problems(400, 401) },
      },
    },
    "/routing/mode": {
      get: {
        operationId: "routingMode",
        summary: "The mode in force, and until when an override of it holds.",
        ...needs("viewer"),
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(401) },
      },
      put: {
        operationId: "forceMode",
        summary:
          "Forces a mode for a while, at the gate at once. It ends by itself, whatever becomes of the origin.",
        ...needs("operator"),
        parameters: [NOTE],
        requestBody: body(schemaRef("ModeOverride")),
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(400, 401, 403, 413, 415, 503) },
      },
      delete: {
        operationId: "endForcedMode",
        summary: "Ends the override before its time.",
        ...needs("operator"),
        parameters: [NOTE],
        responses: { "200": json("The mode.", "RoutingMode"), ...problems(401, 403, 503) },
      },
    },
    "/cost": {
      get: {
        operationId: "cost",
        summary:
          "What the last 24 hours used, a month of it at list prices, and what pre-provisioning for its peak would be. At most ten minutes old.",
        ...needs("viewer"),
        responses: {
          "200": {
            ...json("Each line says whether it is measured, computed or assumed.", "Cost"),
            headers: { "Cache-Control": { description: "Nothing is kept.", schema: TEXT } },
          },
          ...problems(401),
        },
      },
    },
    "/now": {
      get: {
        operationId: "now",
        summary:
          "What happens now: demand, what is offered and admitted by the second, the rung mix, and a sentence.",
        ...needs("viewer"),
        parameters: [
          queryParameter("since", "`atMs` of an earlier answer: as little as continues that is enough.", {
            type: "string",
            pattern: "^[0-9]{1,15}$",
          }),
        ],
        responses: {
          "200": {
            ...json("The state at the end of the newest whole second.", "NowState"),
            headers: {
              "Cache-Control": { description: "Nothing is kept.", schema: TEXT },
              "Server-Timing": {
                description: "Milliseconds until the next state.",
                schema: { type: "string", pattern: "^next;dur=[0-9]+$" },
              },
            },
          },
          ...problems(400, 401),
        },
      },
    },
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
    "/health": {
      get: {
        operationId: "health",
        summary: "What an operator or a load balancer asks first.",
        responses: withHeaders(
          {
            "200": json("The state. Under a host name that is not the origin's, `ok` alone.", "Health"),
            ...problems(401),
          },
          PROOF,
        ),
      },
    },
    "/metrics": {
      get: {
        operationId: "metrics",
        summary: "Metrics for Prometheus.",
        responses: {
          "200": {
            description: "Prometheus text.",
            content: { "text/plain": { schema: { type: "string" } } },
          },
        },
      },
    },
    "/openapi.json": { get: OPENAPI_OPERATION },
  },
  components: {
    schemas: {
      Page: jsonSchema(pageAnswerSchema),
      Event: jsonSchema(eventSchema),
      StoredEvent: jsonSchema(storedEventSchema),
      EventReceipt: jsonSchema(eventReceiptSchema),
      Link: jsonSchema(linkSchema),
      Unlink: jsonSchema(unlinkSchema),
      Identified: jsonSchema(identifiedSchema),
      Pins: jsonSchema(pinsSchema),
      PinReport: jsonSchema(pinReportSchema),
      CheckedPins: jsonSchema(checkedPinsSchema),
      PreviewOf: jsonSchema(previewSchema),
      Preview: jsonSchema(previewAnswerSchema),
      NewDraft: jsonSchema(newDraftSchema),
      CancelledDraft: jsonSchema(cancelledDraftSchema),
      Draft: jsonSchema(draftSchema),
      AddedDraft: jsonSchema(addedDraftSchema),
      Drafts: jsonSchema(draftsSchema),
      CataloguePatch: jsonSchema(patchSchema),
      CatalogueChange: jsonSchema(catalogueChangeSchema),
      Routing: jsonSchema(routingFileSchema),
      CurrentRouting: jsonSchema(currentRoutingSchema),
      DryRunBasis: jsonSchema(dryRunBasisSchema),
      DryRun: jsonSchema(dryRunSchema),
      PushedRouting: jsonSchema(pushedRoutingSchema),
      PushedOrStaged: jsonSchema(z.union([pushedRoutingSchema, rolloutAnswerSchema])),
      Rollout: jsonSchema(rolloutAnswerSchema),
      CheckedRouting: jsonSchema(checkedRoutingSchema),
      RoutingVersions: jsonSchema(routingVersionsSchema),
      PushedFile: jsonSchema(pushedFileSchema),
      Rollback: jsonSchema(rollbackSchema),
      ModeOverride: jsonSchema(modeOverrideRequestSchema),
      RoutingMode: jsonSchema(routingModeSchema),
      SampleDays: jsonSchema(sampleDaysSchema),
      NowState: jsonSchema(nowStateSchema),
      Cost: jsonSchema(costSchema),
      ReportsTaken: jsonSchema(reportsTakenSchema),
      SignIn: jsonSchema(signInSchema),
      SignedIn: jsonSchema(signedInSchema),
      NewToken: jsonSchema(newTokenSchema),
      RevokedToken: jsonSchema(revokedTokenSchema),
      Token: jsonSchema(tokenSchema),
      CreatedToken: jsonSchema(createdTokenSchema),
      Tokens: jsonSchema(tokensSchema),
      Audit: jsonSchema(auditSchema),
      Letters: jsonSchema(lettersSchema),
      LettersTaken: jsonSchema(lettersTakenSchema),
      Health: jsonSchema(healthSchema),
      Problem: PROBLEM,
    },
    securitySchemes: {
      operatorToken: {
        type: "http",
        scheme: "bearer",
        description:
          "ADMIN_TOKEN, or an operator's token of at least the role in `x-spillway-role`: viewer, editor, operator, admin.",
      },
      consoleSession: {
        type: "apiKey",
        in: "cookie",
        name: "__Host-spillway_console",
        description: "A session of the console, with the role of the token that it was granted for.",
      },
      edgeSignature: {
        type: "apiKey",
        in: "header",
        name: "Signature",
        description:
          "Our edge's signature with EDGE_TOKEN (RFC 9421, hmac-sha256) of method, path, query, body and headers, for one process of the origin and one use.",
      },
    },
  },
};
